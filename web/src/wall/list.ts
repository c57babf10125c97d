/** A list of images as pages: those near are held, the others are only counted. */
import { shallowReactive, shallowRef } from 'vue'
import type { Facets, Image, Schemas } from '../api/client'
import { type ImageQuery, listImages } from '../api/images'
import { learnFrom } from '../search/names'
import { type Filter, orderOf, timeOrder } from '../search/state'
import { timeOf } from './layout'

/** Three screens of a large window: the first answer is short, and so is the time to read and lay it out. */
export const PAGE = 100
const HELD = 32

export interface Page {
  index: number
  /** Opens the page; null for the first, undefined while nobody knows it. */
  cursor: string | null
  count: number
  images: Image[] | null
  /** When the image before it was uploaded or taken, where that is known; of the first page, its first image. */
  at: string | null
}

export class ImageList {
  readonly pages = shallowReactive<Page[]>([])
  /** Goes up when the images of some page are others: what was computed of them is out of date. */
  readonly version = shallowRef(0)
  readonly total = shallowRef<number | null>(null)
  readonly facets = shallowRef<Facets | null>(null)
  readonly failure = shallowRef<unknown>(null)
  readonly ready = shallowRef(false)
  /** Whether `pages` are all there are. */
  private whole = false
  private readonly loading = new Map<number, Promise<void>>()
  private readonly used: number[] = []
  private readonly stop = new AbortController()

  constructor(readonly filter: Filter) {}

  close(): void {
    this.stop.abort()
  }

  /** Ask for the first page, which tells where the others begin. */
  async open(): Promise<void> {
    this.pages.push({ index: 0, cursor: null, count: PAGE, images: null, at: null })
    await this.load(0)
  }

  get(index: number): Image | undefined {
    return this.pages[Math.floor(index / PAGE)]?.images?.[index % PAGE]
  }

  /** See to it that the images of a page are there. */
  load(index: number): Promise<void> {
    const page = this.pages[index]
    if (!page || page.images) return this.touch(index)
    const running = this.loading.get(index) ?? this.fetch(page).finally(() => this.loading.delete(index))
    this.loading.set(index, running)
    return running
  }

  /** Read all of it again, and stay where one is. */
  async reload(): Promise<void> {
    const fresh = new ImageList(this.filter)
    await fresh.open()
    if (this.stop.signal.aborted || fresh.failure.value) return
    this.whole = fresh.whole
    this.used.length = 0
    this.pages.splice(0, this.pages.length, ...fresh.pages)
    this.total.value = fresh.total.value
    this.facets.value = fresh.facets.value
    this.version.value++
  }

  replace(image: Image): void {
    for (const page of this.pages) {
      const at = page.images?.findIndex((one) => one.id === image.id) ?? -1
      if (at >= 0 && page.images) page.images[at] = image
    }
    this.version.value++
  }

  /** Take images away here; the server's pages keep their cursors. */
  remove(ids: Set<string>): void {
    for (const page of this.pages) {
      const left = page.images?.filter((image) => !ids.has(image.id))
      if (!left || left.length === page.images?.length) continue
      if (this.total.value !== null) this.total.value -= (page.images?.length ?? 0) - left.length
      page.images = left
      page.count = left.length
    }
    this.version.value++
  }

  private async fetch(page: Page): Promise<void> {
    const query: ImageQuery = { ...this.filter, sort: orderOf(this.filter), limit: PAGE }
    if (page.cursor) query.cursor = page.cursor
    if (page.index === 0) query.include = ['facets', 'total', 'outline']
    try {
      const found = await listImages(query, this.stop.signal)
      page.images = found.items
      page.count = found.items.length
      if (found.total !== undefined && found.total !== null && !found.total_is_lower_bound) this.total.value = found.total
      if (found.facets) this.facets.value = found.facets
      learnFrom(found.facets, found.items)
      if (found.outline) this.outline(found.outline)
      else this.follow(page, found.next_cursor)
      this.failure.value = null
    } catch (failure) {
      if (!this.stop.signal.aborted) this.failure.value = failure
      return
    }
    this.ready.value = true
    this.version.value++
    void this.touch(page.index)
  }

  /** Without an outline every page tells where the next one begins. */
  private follow(page: Page, next: string | null): void {
    if (this.whole) return
    if (next && page.index === this.pages.length - 1) {
      this.pages.push({ index: page.index + 1, cursor: next, count: PAGE, images: null, at: null })
    } else if (!next) {
      this.whole = true
      this.total.value = page.index * PAGE + page.count
    }
  }

  /** Where all pages begin is known in an order by time: then each can be gone to at once. */
  private outline(starts: Schemas['PageStart'][]): void {
    const total = this.total.value ?? (starts.length + 1) * PAGE
    this.whole = true
    this.total.value = total
    starts.forEach(({ cursor, at }, n) => {
      const count = Math.max(1, Math.min(PAGE, total - (n + 1) * PAGE))
      this.pages[n + 1] = { index: n + 1, cursor, count, images: null, at }
    })
    const first = this.pages[0]
    if (first) first.at = first.images?.[0] ? timeOf(first.images[0], timeOrder(this.filter)) : null
  }

  /** The pages used longest ago are let go. */
  private touch(index: number): Promise<void> {
    const at = this.used.indexOf(index)
    if (at >= 0) this.used.splice(at, 1)
    this.used.push(index)
    while (this.used.length > HELD) {
      const old = this.pages[this.used.shift() as number]
      if (old) old.images = null
    }
    return Promise.resolve()
  }
}
