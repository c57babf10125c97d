/** Uploads, and the wait for labels. */
import type { Schemas } from './connect.js'
import type { Sending } from './options.js'
import { pause } from './retrying.js'

const WAIT_S = 60
const ASKED_OF_THE_SERVER_S = 20
const PAUSES_S = [0.25, 0.25, 0.5, 0.5, 1]
const LAST_PAUSE_S = 2

type Uploaded = Schemas['UploadedImage']
type Headers = { 'Idempotency-Key': string; Prefer?: string }

/** Send, then ask until the labels are there or the time is over. The server waits first, as long as it does. */
export async function sendAndWait(
  { wait = false, idempotencyKey, signal }: Sending,
  send: (headers: Headers) => Promise<Uploaded>,
  get: (id: string) => Promise<Schemas['Image']>,
): Promise<Uploaded> {
  const waitS = wait === true ? WAIT_S : Number(wait)
  const until = Date.now() + waitS * 1000
  const prefer = waitS > 0 ? { Prefer: `wait=${Math.ceil(Math.min(waitS, ASKED_OF_THE_SERVER_S))}` } : {}
  let image = await send({ 'Idempotency-Key': idempotencyKey ?? crypto.randomUUID(), ...prefer })
  for (let asked = 0; image.state === 'processing' && Date.now() < until; asked++) {
    await pause(PAUSES_S[asked] ?? LAST_PAUSE_S, signal)
    image = { ...(await get(image.id)), duplicate: image.duplicate }
  }
  return image
}
