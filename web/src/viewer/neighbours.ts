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

/** The image some steps away, asked for if need be; null at either end. */
export async function neighbour(by: number): Promise<Image | null> {
  const now = neighbours.value
  if (!now) return null
  const index = now.index + by
  if (index < 0 || (now.list.total.value !== null && index >= now.list.total.value)) return null
  await now.list.load(Math.floor(index / PAGE))
  return now.list.get(index) ?? null
}
