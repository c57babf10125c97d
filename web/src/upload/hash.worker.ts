/** SHA-256 of files, away from the page's own thread, one at a time. */
interface Asked {
  key: string
  file: File
}

let line: Promise<void> = Promise.resolve()

async function hash({ key, file }: Asked): Promise<void> {
  try {
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()))
    postMessage({ key, sha256: [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('') })
  } catch (failure) {
    postMessage({ key, failed: String(failure) })
  }
}

onmessage = (event: MessageEvent<Asked>) => {
  line = line.then(() => hash(event.data))
}
