/** What lies before and after the opened image, on the wall that it was opened from. */
import { shallowRef } from 'vue'
import type { Image } from '../api/client'
import { type ImageList, PAGE } from '../wall/list'

export interface Neighbours {
  list: ImageList
  index: number
  /** Brings the tile of an index into view. */
  shown: (index: number) => void
}

export const neighbours = shallowRef<Neighbours | null>(null)
export const setNeighbours = (now: Neighbours | null) => (neighbours.value = now)

/** The image before or after, asked for if need be; null at either end. `isGone`: the opened one is in the list no more. */
export async function neighbour(by: 1 | -1, isGone = false): Promise<{ image: Image; index: number } | null> {
  const now = neighbours.value
  if (!now) return null
  const { list } = now
  let index = now.index + (isGone && by === 1 ? 0 : by)
  for (let page = Math.floor(index / PAGE); index >= 0 && page < list.pages.length; page = Math.floor(index / PAGE)) {
    await list.load(page)
    const image = list.get(index)
    if (image) return { image, index }
    // A page from which images were taken away ends early.
    const last = page * PAGE + (list.pages[page]?.images?.length ?? 0) - 1
    index = by === 1 ? (page + 1) * PAGE : Math.min(index - 1, last)
  }
  return null
}
