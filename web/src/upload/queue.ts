/** Sending files: three at once, in order, what is here already not at all. */
import { computed, shallowReactive, shallowRef, triggerRef, watch } from 'vue'
import { ApiProblem, type Image } from '../api/client'
import { checkImages, sendImage } from '../api/images'
import { t } from '../i18n'
import { ended, user } from '../session/session'
import { wordsOf } from '../ui/said'
import { arrivals } from './arrivals'
import { sha256Of } from './hashes'
import { forget, keep, kept } from './store'
import { live, livingTabs, tab } from './tabs'
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
const LONGEST_MS = 30_000
const TELL_MS = 1200
const CHECK_AT_ONCE = 50

/** A browser copies what it keeps: of large folders only the names are kept, and the files are to be chosen again. */
const KEPT_BYTES = 200_000_000

/** Files that a page before this one did not send, and of which only the names are known. */
export const leftBehind = shallowRef<string[]>([])
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

watch(ended, (now) => now || retry())

/** Put files into the queue, and go. */
export async function add(files: File[]): Promise<void> {
  const added = files.map((file) => entryOf(crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`, file, file.webkitRelativePath || file.name))
  if (!added.length) return
  const owner = user.value?.id ?? ''
  uploads.value = [...uploads.value, ...added]
  open.value = true
  run()
  let room = KEPT_BYTES
  const kept = added.map(({ key, file, name }) => ({ key, user: owner, tab, name, file: (room -= file.size) >= 0 ? file : null }))
  // Private windows may have no IndexedDB: then the queue ends with the page.
  await keep(kept).catch(() => undefined)
}

function entryOf(key: string, file: File, name: string): Upload {
  return { key, name, file, outcome: 'waiting', sent: 0, why: '', image: null }
}

/** Go on with what a page before this one did not send, and no tab beside it is sending. */
export async function resume(): Promise<void> {
  live()
  const left = await kept().catch(() => [])
  const others = await livingTabs()
  const mine = left.filter((item) => item.user === user.value?.id && !others.has(item.tab))
  if (!mine.length) return
  await keep(mine.map((item) => ({ ...item, tab }))).catch(() => undefined)
  const whole = mine.filter((item) => item.file !== null)
  leftBehind.value = mine.filter((item) => item.file === null).map((item) => item.key)
  uploads.value = [...uploads.value, ...whole.map((item) => entryOf(item.key, item.file as File, item.name))]
  open.value = true
  run()
}

export async function forgetLeftBehind(): Promise<void> {
  const keys = leftBehind.value
  leftBehind.value = []
  await forget(keys).catch(() => undefined)
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
    upload.why = failure instanceof FileGone ? t('upload.file_gone') : wordsOf(failure)
    if (refused) await finish(upload, 'refused', null)
    else upload.outcome = 'failed'
  }
}

/** Send; wait and send again where the server asks to wait. Without any answer it is waited for as long as the page is open. */
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
      if (!(failure instanceof ApiProblem) || signal.aborted) throw failure
      const away = failure.status === 0
      if (away) await stillThere(upload.file)
      const again = away || failure.status === 429 || (failure.status >= 500 && failure.status !== 507)
      if (!again || (tries >= TRIES && !away)) throw failure
      upload.sent = 0
      upload.why = away ? t('upload.away') : ''
      changed()
      await pause(Math.min(LONGEST_MS, Math.max(failure.retryAfterS * 1000, PAUSE_MS * 2 ** (tries - 1))))
      upload.why = ''
      if (signal.aborted) throw failure
    }
  }
}

/** Throw where a file can no longer be read: it was changed, moved or deleted after it was chosen. */
async function stillThere(file: File): Promise<void> {
  try {
    await file.slice(0, 1).arrayBuffer()
  } catch {
    throw new FileGone()
  }
}

class FileGone extends Error {}

/** Wait, or until the network is there again. */
function pause(longest: number): Promise<void> {
  return new Promise((done) => {
    const go = () => {
      clearTimeout(timer)
      window.removeEventListener('online', go)
      done()
    }
    const timer = setTimeout(go, longest)
    window.addEventListener('online', go)
  })
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
