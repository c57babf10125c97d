/**
 * Scrolling through more pixels than a browser can give a box.
 *
 * A box is cut off at some 16.7 million pixels. Above CAP the box is CAP high and its position is mapped: what a wheel
 * or a finger moves is moved by as much, a drag of the scroll bar jumps in proportion, and when all is still the bar
 * is put where it belongs.
 */
import { onBeforeUnmount, onMounted, type Ref, ref, shallowRef } from 'vue'

export const CAP = 6_000_000
const STILL_MS = 140

export function useScroller(box: Ref<HTMLElement | null>, total: () => number) {
  /** The position among all pixels, of the upper edge. */
  const offset = ref(0)
  /** What to add to a position among all pixels to get one in the box. */
  const shift = ref(0)
  const view = shallowRef({ width: 0, height: 0 })
  /** Pixels a second, to see when somebody flies past. */
  let last = 0
  let timer = 0

  const boxHeight = () => Math.min(total(), CAP)
  const range = () => Math.max(1, total() - view.value.height)
  const boxRange = () => Math.max(1, boxHeight() - view.value.height)
  const mapped = () => total() > CAP

  function onScroll(): void {
    const top = box.value?.scrollTop ?? 0
    const moved = top - last
    if (moved === 0) return
    last = top
    if (!mapped()) offset.value = top
    else if (Math.abs(moved) > 3 * view.value.height) offset.value = (top / boxRange()) * range()
    else offset.value = Math.min(range(), Math.max(0, offset.value + moved))
    shift.value = top - offset.value
    clearTimeout(timer)
    timer = window.setTimeout(settle, STILL_MS)
    const atEnd = top < view.value.height || top > boxRange() - view.value.height
    if (mapped() && atEnd) settle()
  }

  /** Put the bar where the position belongs. */
  function settle(): void {
    if (!box.value) return
    if (offset.value === 0 && last === 0) return // at the top, where a box begins: to ask it would lay out all at once
    const top = mapped() ? Math.round((offset.value / range()) * boxRange()) : Math.round(offset.value)
    if (Math.abs(top - box.value.scrollTop) > 1) box.value.scrollTop = top
    last = box.value.scrollTop
    shift.value = last - offset.value
  }

  function scrollTo(position: number): void {
    offset.value = Math.min(range(), Math.max(0, position))
    settle()
  }

  const watching = new ResizeObserver(([entry]) => {
    if (entry) view.value = { width: Math.floor(entry.contentRect.width), height: Math.floor(entry.contentRect.height) }
  })
  onMounted(() => box.value && watching.observe(box.value))
  onBeforeUnmount(() => {
    watching.disconnect()
    clearTimeout(timer)
  })

  return { offset, shift, view, boxHeight, onScroll, scrollTo, settle }
}
