/** Ways to files: the picker, a folder, what is dropped. */
import { offer } from './offer'

export function pickFiles(folder: boolean): void {
  const input = document.createElement('input')
  input.type = 'file'
  input.multiple = true
  if (folder) input.webkitdirectory = true
  else input.accept = 'image/*'
  input.onchange = () => offer([...(input.files ?? [])])
  input.click()
}

/** Everything in what was dropped, folders too, one after the other. */
export async function droppedFiles(transfer: DataTransfer): Promise<File[]> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null)
  if (!entries.length) return [...transfer.files]
  const files: File[] = []
  for (let entry = entries.shift(); entry; entry = entries.shift()) {
    if (entry.isDirectory) entries.unshift(...(await childrenOf(entry as FileSystemDirectoryEntry)))
    else files.push(await fileOf(entry as FileSystemFileEntry))
  }
  return files
}

const fileOf = (entry: FileSystemFileEntry) => new Promise<File>((resolve, reject) => entry.file(resolve, reject))

async function childrenOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader()
  const found: FileSystemEntry[] = []
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (!some.length) return found
    found.push(...some)
  }
}
