/** What of a list is to be seen: which rows, where, and which pages to ask for. */
import { computed, nextTick, type Ref, shallowRef, watch } from 'vue'
import type { TimeOrder } from '../search/state'
import { guess, layOut, monthOf, type PageLayout, type Row, type Shape, timeOf } from './layout'
import { type ImageList, PAGE } from './list'
import { useScroller } from './scroller'

export interface Shown {
  key: string
  row: Row
  y: number
}

const USUAL_RATIO = 1.4
const FLYING_MS = 90
const AHEAD = 1
const SETTLED_MS = 400

export function useWall(box: Ref<HTMLElement | null>, list: Ref<ImageList>, headings: Ref<TimeOrder>, lead: Ref<number>) {
  const heights = shallowRef<number[]>([0])
  const layouts = new Map<number, { layout: PageLayout; stamp: string }>()
  const total = computed(() => (heights.value.at(-1) ?? 0) + lead.value)
  const scroller = useScroller(box, () => total.value)
  const { offset, view } = scroller

  const shape = computed<Shape>(() => ({
    width: Math.max(1, view.value.width),
    rowHeight: view.value.width < 640 ? 150 : 200,
    gap: 4,
    headings: headings.value,
  }))

  const stampOf = (index: number) => {
    const page = list.value.pages[index]
    const before = index ? list.value.pages[index - 1] : undefined
    const time = before?.images?.length ? timeOf(before.images.at(-1)!, headings.value) : page?.at
    const last = index === 0 ? null : time ? monthOf(time) : undefined
    const isEnd = index === list.value.pages.length - 1
    return { page, last, isEnd, stamp: `${list.value.version.value}|${shape.value.width}|${shape.value.headings}|${last}|${isEnd}` }
  }

  /** The rows of a page; undefined while its images are not there. */
  function layoutOf(index: number): PageLayout | undefined {
    const { page, last, isEnd, stamp } = stampOf(index)
    if (!page?.images) return undefined
    const kept = layouts.get(index)
    if (kept?.stamp === stamp) return kept.layout
    const layout = layOut(page.images, index * PAGE, shape.value, last, isEnd)
    layouts.set(index, { layout, stamp })
    return layout
  }

  /** Add up all heights again, and keep what is on top on top. */
  function measure(): void {
    const at = pageAt(offset.value)
    const began = heights.value[at] ?? 0
    const was = (heights.value[at + 1] ?? began) - began
    const within = offset.value - lead.value - began
    const sums = [0]
    for (const page of list.value.pages) {
      const known = page.images ? layoutOf(page.index)?.height : layouts.get(page.index)?.layout.height
      sums.push((sums.at(-1) as number) + (known ?? guess(page.count, shape.value, USUAL_RATIO)))
    }
    heights.value = sums
    const now = (sums[at + 1] ?? 0) - (sums[at] ?? 0)
    const top = offset.value <= lead.value ? offset.value : (sums[at] ?? 0) + lead.value + (was ? within * (now / was) : 0)
    void nextTick(() => (Math.abs(top - offset.value) > 0.5 ? scroller.scrollTo(top) : scroller.settle()))
  }

  function pageAt(position: number): number {
    const sums = heights.value
    let low = 0
    let high = Math.max(0, sums.length - 2)
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((sums[middle] ?? 0) + lead.value <= position) low = middle
      else high = middle - 1
    }
    return low
  }

  const near = computed(() => {
    const from = pageAt(offset.value - view.value.height)
    const to = pageAt(offset.value + 2 * view.value.height)
    return { from, to }
  })

  /** Screens drawn below the one in sight: at first none, so that its pictures come before others. */
  const ahead = shallowRef(0)
  watch(
    () => list.value.ready.value,
    (ready) => {
      if (ready) setTimeout(() => (ahead.value = AHEAD), SETTLED_MS)
    },
    { immediate: true },
  )

  /** The rows to draw, a screen above and two below. */
  const shown = computed<Shown[]>(() => {
    const found: Shown[] = []
    const top = offset.value - view.value.height
    const bottom = offset.value + (1 + ahead.value) * view.value.height
    for (let index = near.value.from; index <= near.value.to; index++) {
      const began = (heights.value[index] ?? 0) + lead.value
      for (const row of layoutOf(index)?.rows ?? []) {
        const y = began + row.y
        if (y + row.height >= top && y <= bottom) found.push({ key: `${index}:${row.y}`, row, y })
      }
    }
    return found
  })

  let timer = 0
  watch(
    [near, () => list.value.version.value],
    ([{ from, to }]) => {
      clearTimeout(timer)
      timer = window.setTimeout(() => {
        for (let index = from; index <= Math.min(to, list.value.pages.length - 1); index++) void list.value.load(index)
      }, FLYING_MS)
    },
    { deep: false },
  )
  watch([() => list.value.version.value, () => list.value.pages.length, shape, lead, list], measure)

  watch(list, () => layouts.clear(), { flush: 'sync' })

  /** Bring an image into view. */
  function reveal(index: number): void {
    const page = Math.floor(index / PAGE)
    const row = layoutOf(page)?.rows.find((one) => one.tiles.some((tile) => tile.index === index))
    if (!row) return
    const y = (heights.value[page] ?? 0) + lead.value + row.y
    if (y < offset.value + 40) scroller.scrollTo(y - 60)
    else if (y + row.height > offset.value + view.value.height) scroller.scrollTo(y + row.height - view.value.height + 8)
  }

  const position = () => {
    const page = pageAt(offset.value)
    return { page, within: offset.value - (heights.value[page] ?? 0) }
  }
  const topImage = computed(() => {
    const first = shown.value.find(({ row, y }) => row.tiles.length && y + row.height > offset.value)
    return first?.row.tiles[0]?.image
  })
  const jumpTo = (page: number, within = 0) => scroller.scrollTo((heights.value[page] ?? 0) + (page || within ? within : 0))

  return { ...scroller, shown, total, heights, reveal, position, jumpTo, topImage, pageAt }
}
