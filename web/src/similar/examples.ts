/** What look-alikes are asked for: images, or boxes on them, as the address says it: `id` or `id@x,y,width,height`. */
import type { LocationQuery } from 'vue-router'
import type { SimilarSearch } from '../api/similar'

type Example = SimilarSearch['like'][number]

export interface Asked {
  text: string
  id: string
  box: [number, number, number, number] | null
}

export function readExamples(value: LocationQuery[string] | undefined): Asked[] {
  const texts = (Array.isArray(value) ? value : [value]).filter((text): text is string => !!text && text !== 'file')
  return texts.slice(0, 10).map((text) => {
    const [id = '', box] = text.split('@')
    const parts = box?.split(',').map(Number) ?? []
    const good = parts.length === 4 && parts.every((part) => part >= 0 && part <= 1)
    return { text, id, box: good ? (parts as [number, number, number, number]) : null }
  })
}

export function toExample({ id, box }: Asked): Example {
  if (!box) return { image_id: id }
  const [x, y, width, height] = box
  return { image_id: id, region: { x, y, width, height } }
}
