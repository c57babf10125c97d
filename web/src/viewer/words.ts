/** An image in words. */
import type { Image, ImageLabel } from '../api/client'
import { t } from '../i18n'

const LEAST = 0.05

/** The labels worth showing: confirmed ones first, rejected ones never, no guess below 5 %. */
export function shownLabels(image: Image): ImageLabel[] {
  const rank = (label: ImageLabel) => (label.status === 'confirmed' ? 2 : label.score)
  return image.labels
    .filter((label) => label.status === 'confirmed' || (label.status !== 'rejected' && label.score >= LEAST))
    .sort((a, b) => rank(b) - rank(a))
}

/** What a screen reader says: the title, else the first labels. */
export function altOf(image: Image): string {
  const labels = shownLabels(image).slice(0, 3).map((label) => label.name)
  return image.title || labels.join(', ') || t('image.untitled')
}
