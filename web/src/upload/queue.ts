/** Sending files: three at once, in order, what is here already not at all. */
import { computed, shallowReactive, shallowRef, triggerRef } from 'vue'
import { ApiProblem, type Image } from '../api/client'
import { checkImages, sendImage } from '../api/images'
import { user } from '../session/session'
import { wordsOf } from '../ui/said'
import { arrivals } from './arrivals'
import { sha256Of } from './hashes'
import { forget, keep, kept } from './store'
import { fetchWithProgress } from './xhr'

export type Outcome = 'waiting' | 'sending' | 'new' | 'here' | 'refused' | 'failed'

export interface Upload {
  key: string
  name: string
  file: File
  outcome: Outcome
  sent: number
  why: string
  image: string | null
}

const LANES = 3
const TRIES = 4
const PAUSE_MS = 1500
const TELL_MS = 1200
const CHECK_AT_ONCE = 50

export const uploads = shallowRef<Upload[]>([])
export const open = shallowRef(false)
const running = shallowReactive(new Set<Upload>())
let stopper = new AbortController()
let telling = 0

export const progress = computed(() => {
  const counts: Record<Outcome, number> = { waiting: 0, sending: 0, new: 0, here: 0, refused: 0, failed: 0 }
  let all = 0
  let sent = 0
  for (const upload of uploads.value) {
    counts[upload.outcome]++
    all += upload.file.size
    sent += upload.outcome === 'waiting' || upload.outcome === 'sending' ? upload.sent : upload.file.size
  }
  return { counts, all, sent, left: counts.waiting + counts.sending }
})
export const began = shallowRef({ at: 0, sent: 0 })

const changed = () => triggerRef(uploads)

/** Put files into the queue, and go. */
export async function add(files: File[]): Promise<void> {
  const added = files.map((file) => entryOf(crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`, file, file.webkitRelativePath || file.name))
  if (!added.length) return
  const owner = user.value?.id ?? ''
  uploads.value = [...uploads.value, ...added]
  open.value = true
  run()
  // Private windows may have no IndexedDB: then the queue ends with the page.
  await keep(added.map(({ key, file, name }) => ({ key, user: owner, file, name }))).catch(() => undefined)
}

function entryOf(key: string, file: File, name: string): Upload {
  return { key, name, file, outcome: 'waiting', sent: 0, why: '', image: null }
}

/** Go on with what a page before this one did not send. */
export async function resume(): Promise<void> {
  const left = await kept().catch(() => [])
  const mine = left.filter((item) => item.user === user.value?.id && !uploads.value.some((one) => one.key === item.key))
  if (!mine.length) return
  uploads.value = [...uploads.value, ...mine.map((item) => entryOf(item.key, item.file, item.name))]
  open.value = true
  run()
}

export function retry(): void {
  uploads.value.filter((one) => one.outcome === 'failed').forEach((one) => Object.assign(one, { outcome: 'waiting', sent: 0, why: '' }))
  changed()
  run()
}

export async function cancelAll(): Promise<void> {
  stopper.abort()
  stopper = new AbortController()
  const gone = uploads.value.filter((one) => one.outcome === 'waiting' || one.outcome === 'sending')
  uploads.value = uploads.value.filter((one) => !gone.includes(one))
  await forget(gone.map((one) => one.key)).catch(() => undefined)
}

export function dismiss(): void {
  open.value = false
  if (!progress.value.left) uploads.value = []
}

function run(): void {
  if (!running.size) began.value = { at: performance.now(), sent: progress.value.sent }
  while (running.size < LANES) {
    const next = uploads.value.find((one) => one.outcome === 'waiting')
    if (!next) return
    next.outcome = 'sending'
    running.add(next)
    void send(next).finally(() => {
      running.delete(next)
      changed()
      run()
    })
  }
}

async function send(upload: Upload): Promise<void> {
  const { signal } = stopper
  try {
    const there = await isHere(upload)
    if (there) return await finish(upload, 'here', there)
    const image = await tried(upload, signal)
    await finish(upload, image.isNew ? 'new' : 'here', image.id)
  } catch (failure) {
    if (signal.aborted) return
    const refused = failure instanceof ApiProblem && [413, 415, 422].includes(failure.status)
    upload.why = failure instanceof ApiProblem ? wordsOf(failure) : String(failure)
    if (refused) await finish(upload, 'refused', null)
    else upload.outcome = 'failed'
  }
}

/** Send; wait and send again where the server is away or asks to wait. */
async function tried(upload: Upload, signal: AbortSignal): Promise<{ id: string; isNew: boolean }> {
  for (let tries = 1; ; tries++) {
    try {
      let status = 0
      const onSent = (bytes: number) => {
        upload.sent = Math.min(bytes, upload.file.size)
        tell()
      }
      const fetch = fetchWithProgress(upload.file, onSent, signal)
      const watched: typeof fetch = async (...asked) => {
        const got = await fetch(...asked)
        status = got.status
        return got
      }
      const image: Image = await sendImage(upload.file, upload.name.split('/').at(-1) ?? upload.name, watched)
      return { id: image.id, isNew: status === 201 }
    } catch (failure) {
      const again = failure instanceof ApiProblem && (failure.status === 0 || failure.status === 429 || failure.status >= 500)
      if (!again || failure.status === 507 || tries === TRIES || signal.aborted) throw failure
      upload.sent = 0
      await new Promise((done) => setTimeout(done, Math.max(failure.retryAfter * 1000, PAUSE_MS * 2 ** (tries - 1))))
    }
  }
}

async function finish(upload: Upload, outcome: Outcome, image: string | null): Promise<void> {
  Object.assign(upload, { outcome, image })
  await forget([upload.key]).catch(() => undefined)
  if (outcome === 'new') arrive()
}

/** Walls hear of new images at the most every second. */
function arrive(): void {
  if (telling) return
  telling = window.setTimeout(() => {
    telling = 0
    arrivals.value++
  }, TELL_MS)
}

let painting = 0
function tell(): void {
  painting ||= requestAnimationFrame(() => {
    painting = 0
    changed()
  })
}

const found = new Map<string, string | null>()

/** The id of an image with these bytes. Files that wait are asked about together. */
async function isHere(upload: Upload): Promise<string | null> {
  if (!found.has(upload.key)) {
    const near = uploads.value.filter((one) => one.outcome === 'waiting' && !found.has(one.key)).slice(0, CHECK_AT_ONCE - 1)
    await check([upload, ...near])
  }
  const there = found.get(upload.key) ?? null
  found.delete(upload.key)
  return there
}

async function check(asked: Upload[]): Promise<void> {
  asked.forEach((one) => found.set(one.key, null))
  const hashed = await Promise.all(asked.map(async (one) => ({ key: one.key, sha256: await sha256Of(one.key, one.file) })))
  const known = hashed.filter((one): one is { key: string; sha256: string } => !!one.sha256)
  if (!known.length) return
  const { items } = await checkImages(known.map((one) => one.sha256)).catch(() => ({ items: [] }))
  items.forEach((item, n) => item.image_id && found.set(known[n]?.key ?? '', item.image_id))
}
