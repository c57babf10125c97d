/** Ask the worker for a file's SHA-256; null where the browser or the file does not give it. */
import HashWorker from './hash.worker?worker'

const LARGEST = 300_000_000
let worker: Worker | null = null
const waiting = new Map<string, (sha256: string | null) => void>()

function start(): Worker {
  const made = new HashWorker()
  made.onmessage = (event: MessageEvent<{ key: string; sha256?: string }>) => {
    waiting.get(event.data.key)?.(event.data.sha256 ?? null)
    waiting.delete(event.data.key)
  }
  // A worker that could not be fetched answers nothing: then nothing is waited for, and the next file has a new one.
  made.onerror = () => {
    worker = null
    waiting.forEach((resolve) => resolve(null))
    waiting.clear()
  }
  return made
}

/** Over plain HTTP from another machine browsers have no `crypto.subtle`: the server then compares by itself. */
export function sha256Of(key: string, file: File): Promise<string | null> {
  if (!globalThis.isSecureContext || file.size > LARGEST) return Promise.resolve(null)
  worker ??= start()
  return new Promise((resolve) => {
    waiting.set(key, resolve)
    worker?.postMessage({ key, file })
  })
}
