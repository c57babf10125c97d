/** A filter in words. */
import { date, type Key, number, t } from '../i18n'
import { nameOf } from './names'
import type { Chip } from './state'

/** "Canon Canon EOS R5" is nobody's camera: a maker that the model begins with is said once. */
export const cameraName = (name: string): string => name.replace(/^(\S+)\s(?:.*?\s)?(?=\1\s)/i, '')

export function chipWords({ name, value }: Chip): string {
  if (name === 'label' || name === 'any_label') return nameOf(value)
  if (name === 'not_label') return t('chip.not', { what: nameOf(value) })
  if (name === 'tag') return `#${value}`
  if (name === 'q') return `“${value}”`
  if (name === 'owner') return value === 'me' ? t('filter.mine') : nameOf(value)
  if (name === 'collection') return value === 'favorites' ? t('filter.favorites') : nameOf(value)
  if (name === 'state') return t(`state.${value}` as Key)
  if (name === 'camera') return cameraName(value)
  if (name === 'lens') return value
  if (name === 'iso') return `ISO ${number(Number(value))}`
  if (name === 'near') return t('chip.near', { place: value.split(',').slice(0, 2).join(', '), km: value.split(',')[2] ?? '' })
  if (name.endsWith('_after') || name.endsWith('_before')) {
    const words = t(name.endsWith('_after') ? 'chip.after' : 'chip.before', { day: date(value.slice(0, 10)) })
    return name.startsWith('taken') ? t('chip.taken', { when: words }) : words
  }
  if (name === 'min_score') return t('chip.score', { value: Math.round(Number(value) * 100) })
  return t(`chip.${name}` as Key, { value: Number(value) })
}
