/** Where the pages of a list begin. */
import type { Filter } from '../search/state'

export interface Outline {
  total: number
  pages: { cursor: string | null; at: string }[]
}

export async function outlineOf(_filter: Filter, _signal: AbortSignal): Promise<Outline | null> {
  return null
}
