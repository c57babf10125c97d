/** Names of labels, owners and collections by id, as far as the page has seen them. */
import { reactive } from 'vue'
import type { Facets, Image } from '../api/client'
import { labelDetail } from '../api/labels'

const known = reactive(new Map<string, string>())
const asked = new Set<string>()

export function learn(id: string, name: string): void {
  if (known.get(id) !== name) known.set(id, name)
}

export function learnFrom(facets: Facets | null | undefined, images: Image[]): void {
  facets?.labels.forEach((label) => learn(label.id, label.name))
  facets?.owners.forEach((owner) => learn(owner.id, owner.name))
  images.forEach((image) => image.labels.forEach((label) => learn(label.id, label.name)))
}

/** The name of an id; a label that is not known yet is asked for. */
export function nameOf(id: string): string {
  const name = known.get(id)
  if (!name && /^n\d{8}$/.test(id) && !asked.has(id)) {
    asked.add(id)
    labelDetail(id).then((label) => learn(id, label.name)).catch(() => undefined)
  }
  return name ?? id
}
