/** Completion: labels and tags with counts, and filters that have a name. */
import { shallowRef } from 'vue'
import { terms } from '../api/labels'
import { type Key, t } from '../i18n'
import { learn } from './names'
import type { Filter } from './state'

export interface Suggestion {
  kind: 'label' | 'tag' | 'filter'
  value: string
  name: string
  count?: number
  filter?: Filter
}

const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10) + 'T00:00:00Z'

const FILTERS: [Key, () => Filter][] = [
  ['filter.mine', () => ({ owner: 'me' })],
  ['filter.favorites', () => ({ collection: 'favorites' })],
  ['filter.week', () => ({ created_after: daysAgo(7) })],
  ['filter.month', () => ({ created_after: daysAgo(30) })],
  ['filter.large', () => ({ min_width: 2000 })],
  ['filter.waiting', () => ({ state: 'deferred' })],
  ['filter.failed', () => ({ state: 'failed' })],
]
const PAUSE_MS = 120

export function useSuggestions() {
  const suggestions = shallowRef<Suggestion[]>([])
  let timer = 0
  let asking = new AbortController()

  function ask(text: string): void {
    clearTimeout(timer)
    asking.abort()
    asking = new AbortController()
    const { signal } = asking
    const typed = text.trim().toLowerCase()
    if (!typed) {
      suggestions.value = []
      return
    }
    timer = window.setTimeout(() => void look(typed, signal), PAUSE_MS)
  }

  async function look(typed: string, signal: AbortSignal): Promise<void> {
    const named = FILTERS.map(([key, filter]) => ({ kind: 'filter' as const, value: key, name: t(key), filter: filter() }))
    const found: Suggestion[] = []
    try {
      for (const term of (await terms(typed, 8, signal)).items) {
        if (term.id) learn(term.id, term.name)
        found.push({ kind: term.kind, value: term.id ?? term.name, name: term.name, count: term.count })
      }
    } catch {
      if (signal.aborted) return
    }
    suggestions.value = [...found, ...named.filter((one) => one.name.toLowerCase().includes(typed))]
  }

  return { suggestions, ask }
}
