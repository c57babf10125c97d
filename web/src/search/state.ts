/** A search as the address says it. */
import type { LocationQuery, LocationQueryRaw } from 'vue-router'
import type { ImageQuery } from '../api/images'
import { place, router } from '../router'

const MANY = ['label', 'any_label', 'not_label', 'tag'] as const
const WORDS = ['q', 'owner', 'collection', 'state', 'sort', 'camera', 'lens', 'near'] as const
const DATES = ['taken_after', 'taken_before', 'created_after', 'created_before'] as const
const NUMBERS = ['min_score', 'min_width', 'max_width', 'min_height', 'max_height', 'iso', 'seed'] as const

export type DateName = (typeof DATES)[number]
export type Filter = Omit<ImageQuery, 'limit' | 'cursor' | 'include'>

const texts = (value: LocationQuery[string] | undefined): string[] =>
  (Array.isArray(value) ? value : [value]).filter((part): part is string => !!part)

/** Read a filter from an address; what is not ours is left alone. */
export function readFilter(query: LocationQuery): Filter {
  const filter: Record<string, unknown> = {}
  for (const name of MANY) if (texts(query[name]).length) filter[name] = texts(query[name])
  for (const name of [...WORDS, ...DATES]) if (texts(query[name])[0]) filter[name] = texts(query[name])[0]
  for (const name of NUMBERS) {
    const value = Number(texts(query[name])[0])
    if (texts(query[name])[0] && Number.isFinite(value)) filter[name] = value
  }
  return filter as Filter
}

export function writeFilter(filter: Filter): LocationQueryRaw {
  const query: LocationQueryRaw = {}
  for (const [name, value] of Object.entries(filter)) {
    if (Array.isArray(value) ? value.length : value !== undefined && value !== null && value !== '') {
      query[name] = Array.isArray(value) ? value.map(String) : String(value)
    }
  }
  return query
}

export const currentFilter = (): Filter => (place.value.name === 'wall' ? readFilter(place.value.query) : {})

export function search(filter: Filter): void {
  void router.push({ name: 'wall', query: writeFilter(filter) })
}

export function isPlain(filter: Filter): boolean {
  const { sort: _sort, seed: _seed, ...rest } = filter
  return Object.keys(rest).length === 0
}

/** Whether words or labels say what fits best. */
export const isRanked = ({ q, label, any_label }: Filter): boolean => !!(q || label || any_label)

/** What a search is ordered by: what fits best, else the day a picture was taken, unless something else is said. */
export const orderOf = (filter: Filter): NonNullable<Filter['sort']> => filter.sort ?? (isRanked(filter) ? 'relevance' : '-taken_at')

/** The time that a search is ordered by; null where it is ordered by something else. */
export type TimeOrder = 'taken_at' | 'created_at' | null

export function timeOrder(filter: Filter): TimeOrder {
  const order = orderOf(filter)
  return order.endsWith('taken_at') ? 'taken_at' : order.endsWith('created_at') ? 'created_at' : null
}

export interface Chip {
  name: keyof Filter
  value: string
}

const SIZES = ['min_width', 'max_width', 'min_height', 'max_height'] as const
const CHIPS: (keyof Filter)[] = [...MANY, 'q', 'owner', 'collection', 'state', 'camera', 'lens', 'iso', 'near', ...DATES, 'min_score', ...SIZES]

export function chipsOf(filter: Filter): Chip[] {
  return CHIPS.flatMap((name) => {
    const value = filter[name]
    if (value === undefined || value === null) return []
    return (Array.isArray(value) ? value : [value]).map((one) => ({ name, value: String(one) }))
  })
}

export function without(filter: Filter, chip: Chip): Filter {
  const left = { ...filter } as Record<string, unknown>
  const value = left[chip.name]
  if (Array.isArray(value) && value.length > 1) left[chip.name] = value.filter((one) => one !== chip.value)
  else delete left[chip.name]
  return left as Filter
}

export function plus(filter: Filter, name: 'label' | 'tag' | 'not_label', value: string): Filter {
  return { ...filter, [name]: [...new Set([...(filter[name] ?? []), value])] }
}
