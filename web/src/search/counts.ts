/** What can be filtered by and is counted only when somebody looks for it: cameras and sizes. */
import type { Schemas } from '../api/client'
import { listImages } from '../api/images'
import type { Filter } from './state'

export const WIDTHS = [1000, 2000, 4000] as const

export interface Counts {
  cameras: Schemas['CameraFacet'][]
  /** By least width. */
  widths: Map<number, number>
}

export async function countsOf(filter: Filter): Promise<Counts> {
  const { sort: _sort, seed: _seed, ...found } = filter
  const one = { sort: '-created_at', limit: 1 } as const
  const cameras = listImages({ ...found, ...one, include: ['cameras'] })
  const totals = WIDTHS.map((width) => listImages({ ...found, ...one, min_width: width, include: ['total'] }))
  const widths = (await Promise.all(totals)).map((page, n) => [WIDTHS[n]!, page.total ?? 0] as const)
  return { cameras: (await cameras).cameras ?? [], widths: new Map(widths) }
}
