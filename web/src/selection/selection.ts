/** Which images are selected, and what is done to all of them. */
import { computed, shallowReactive, shallowRef } from 'vue'
import type { Image } from '../api/client'

export const selected = shallowReactive(new Map<string, Image | null>())
export const count = computed(() => selected.size)
/** Where a range begins. */
export const anchor = shallowRef(-1)

export function toggle(image: Image, index: number): void {
  if (!selected.delete(image.id)) selected.set(image.id, image)
  anchor.value = index
}

export function selectRange(images: (Image | undefined)[]): void {
  images.forEach((image) => image && selected.set(image.id, image))
}

export function selectIds(ids: string[]): void {
  ids.forEach((id) => selected.has(id) || selected.set(id, null))
}

export function clear(): void {
  selected.clear()
  anchor.value = -1
}
