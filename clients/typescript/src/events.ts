/** The feed of what changes, as an iterator that does not end. */
import type { Core, Schemas } from './connect.js'
import { pause } from './retrying.js'

export type LibraryEvent = Schemas['LibraryEvent']

export interface EventOptions {
  /** Behind which event to begin: the `id` of one, or `now`. Absent: from the oldest that is kept. */
  after?: string
  /** Seconds between two questions when nothing is there; 5 when absent. */
  everyS?: number
  /** Ends it, with the reason of the abort. */
  signal?: AbortSignal
}

type Do = <T>(call: (core: Core) => Promise<{ data?: T }>) => Promise<T>

/** Every event behind `after`, and then each that comes. */
export async function* events(perform: Do, { after, everyS = 5, signal }: EventOptions): AsyncGenerator<LibraryEvent> {
  let stand = after
  for (;;) {
    const query = stand === undefined ? { limit: 500 } : { limit: 500, after: stand }
    const page = await perform((core) => core.GET('/v1/events', { params: { query }, signal }))
    if (typeof page === 'string') throw new TypeError('An event stream came unasked.')
    yield* page.items
    stand = page.after
    if (!page.more) await pause(everyS, signal)
  }
}
