/** What can be done to images, here and on the server. Walls listen, so that they show it at once. */
import { shallowReactive } from 'vue'
import type { Image } from '../api/client'
import { addToCollection, FAVORITES, listCollections, removeFromCollection } from '../api/collections'
import { changeImage, deleteImages, type ImageChange } from '../api/images'
import { collectionName } from '../collections/names'
import { t } from '../i18n'
import { attempt, say, wordsOf } from '../ui/said'
import { noteDeleting } from './leaving'

interface Listener {
  replace(image: Image): void
  remove(ids: Set<string>): void
  /** Read again: what was removed may be there after all. */
  restore(): void
}

const listeners = shallowReactive(new Set<Listener>())
const UNDO_MS = 7000

export function listen(listener: Listener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Somebody else deleted it. */
export const gone = (id: string) => listeners.forEach((one) => one.remove(new Set([id])))

export const changed = (image: Image) => listeners.forEach((one) => one.replace(image))

export async function setFavorite(image: Image, wanted: boolean): Promise<void> {
  changed({ ...image, in_favorites: wanted })
  const call = wanted ? addToCollection : removeFromCollection
  if (!(await attempt(() => call(FAVORITES, [image.id])))) changed(image)
}

/** Add to the n-th of your collections, as the number keys ask for; taken back by the same call's opposite. */
export async function collectInto(number: number, ids: string[]): Promise<void> {
  await attempt(async () => {
    const collection = (await listCollections()).items[number - 1]
    if (!collection) return
    await addToCollection(collection.id, ids)
    const undo = () => void attempt(() => removeFromCollection(collection.id, ids))
    say(t('collect.done', { n: ids.length, name: collectionName(collection) }), undo)
  })
}

export async function change(image: Image, values: ImageChange): Promise<Image | null> {
  try {
    const now = await changeImage(image.id, values)
    changed(now)
    return now
  } catch (failure) {
    say(wordsOf(failure))
    return null
  }
}

/** Gone at once for the eye; on the server when there was time to take it back. */
export function trash(ids: string[]): void {
  const restore = () => listeners.forEach((one) => one.restore())
  listeners.forEach((one) => one.remove(new Set(ids)))
  const commit = async () => {
    window.removeEventListener('pagehide', now)
    let refused = ids.length
    const done = await attempt(async () => (refused = await deleteImages(ids)))
    if (!done || refused) restore()
    if (done && refused) say(t('delete.refused', { n: refused }))
  }
  const timer = window.setTimeout(commit, UNDO_MS)
  const now = () => {
    noteDeleting(ids)
    clearTimeout(timer)
    void commit()
  }
  window.addEventListener('pagehide', now)
  say(t('delete.done', { n: ids.length }), () => {
    clearTimeout(timer)
    window.removeEventListener('pagehide', now)
    restore()
  }, UNDO_MS)
}
