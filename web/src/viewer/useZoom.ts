/** Zoom and pan of a picture in a box: wheel, keys, two fingers, double click. */
import { computed, type Ref, ref } from 'vue'

const MOST = 12

export function useZoom(box: Ref<HTMLElement | null>, onSwipe: (by: 1 | -1) => void) {
  const scale = ref(1)
  const x = ref(0)
  const y = ref(0)
  const zoomed = computed(() => scale.value > 1.001)
  const style = computed(() => ({ transform: `translate(${x.value}px, ${y.value}px) scale(${scale.value})` }))
  const fingers = new Map<number, PointerEvent>()
  let start = { x: 0, y: 0 }
  const SWIPE = 60

  function reset(): void {
    scale.value = 1
    x.value = y.value = 0
  }

  /** Zoom about a point of the window, else about the middle. */
  function zoom(by: number, at?: { clientX: number; clientY: number }): void {
    const edges = box.value?.getBoundingClientRect()
    if (!edges) return
    const next = Math.min(MOST, Math.max(1, scale.value * by))
    const px = (at?.clientX ?? edges.left + edges.width / 2) - edges.left - edges.width / 2
    const py = (at?.clientY ?? edges.top + edges.height / 2) - edges.top - edges.height / 2
    x.value = px - ((px - x.value) * next) / scale.value
    y.value = py - ((py - y.value) * next) / scale.value
    scale.value = next
    hold()
  }

  /** Keep the picture in reach. */
  function hold(): void {
    const edges = box.value?.getBoundingClientRect()
    if (!edges) return
    const farX = (edges.width * (scale.value - 1)) / 2
    const farY = (edges.height * (scale.value - 1)) / 2
    x.value = Math.min(farX, Math.max(-farX, x.value))
    y.value = Math.min(farY, Math.max(-farY, y.value))
  }

  function pan(dx: number, dy: number): void {
    x.value += dx
    y.value += dy
    hold()
  }

  function onWheel(event: WheelEvent): void {
    zoom(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.002)), event)
  }

  function onDown(event: PointerEvent): void {
    if (event.button) return
    fingers.set(event.pointerId, event)
    start = { x: event.clientX, y: event.clientY }
    box.value?.setPointerCapture(event.pointerId)
  }

  function onMove(event: PointerEvent): void {
    const before = fingers.get(event.pointerId)
    if (!before) return
    if (fingers.size === 2) {
      const other = [...fingers.values()].find((one) => one.pointerId !== event.pointerId)
      if (other) zoom(far(event, other) / Math.max(1, far(before, other)), middle(event, other))
    } else if (zoomed.value) pan(event.clientX - before.clientX, event.clientY - before.clientY)
    fingers.set(event.pointerId, event)
  }

  function onUp(event: PointerEvent): void {
    const alone = fingers.size === 1
    fingers.delete(event.pointerId)
    const moved = event.clientX - start.x
    if (alone && !zoomed.value && event.pointerType !== 'mouse' && Math.abs(moved) > SWIPE) onSwipe(moved < 0 ? 1 : -1)
  }

  return { scale, zoomed, style, reset, zoom, pan, onWheel, onDown, onMove, onUp }
}

const far = (a: PointerEvent, b: PointerEvent) => Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY)
const middle = (a: PointerEvent, b: PointerEvent) => ({ clientX: (a.clientX + b.clientX) / 2, clientY: (a.clientY + b.clientY) / 2 })
