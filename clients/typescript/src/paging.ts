/** Lists that come in pages, as iterators. */

export interface Page<T> {
  items: readonly T[]
  next_cursor: string | null
}

export interface PageQuery {
  cursor?: string
  limit?: number
}

const LARGEST_PAGE = 500

/** All items, or the first `limit`, page by page while they are asked for. */
export async function* items<T>(ask: (page: PageQuery) => Promise<Page<T>>, limit = Infinity): AsyncGenerator<T> {
  let cursor: string | undefined
  for (let left = limit; left > 0; ) {
    const size = left < LARGEST_PAGE ? { limit: left } : limit === Infinity ? {} : { limit: LARGEST_PAGE }
    const page = await ask({ ...size, ...(cursor === undefined ? {} : { cursor }) })
    yield* page.items
    left -= page.items.length
    if (page.next_cursor === null) return
    cursor = page.next_cursor
  }
}
