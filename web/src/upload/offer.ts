/** Files that wait for a yes: they can be looked at and taken out before anything is sent. */
import { shallowRef } from 'vue'

export const offered = shallowRef<File[]>([])

/** What cannot be a picture (a folder has all kinds of files) is left out; a file without a type is let through. */
const mayBePicture = (file: File) => !file.name.startsWith('.') && (!file.type || file.type.startsWith('image/'))

export const leftOut = shallowRef(0)

export function offer(files: File[]): void {
  const pictures = files.filter(mayBePicture)
  leftOut.value = files.length - pictures.length
  offered.value = [...offered.value, ...pictures]
}
