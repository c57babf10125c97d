/** A filter in words. */
import { day, type Key, t } from '../i18n'
import { nameOf } from './names'
import type { Chip } from './state'

export function chipWords({ name, value }: Chip): string {
  if (name === 'label' || name === 'any_label') return nameOf(value)
  if (name === 'not_label') return t('chip.not', { what: nameOf(value) })
  if (name === 'tag') return `#${value}`
  if (name === 'q') return `“${value}”`
  if (name === 'owner') return value === 'me' ? t('filter.mine') : nameOf(value)
  if (name === 'collection') return value === 'favorites' ? t('filter.favorites') : nameOf(value)
  if (name === 'state') return t(`state.${value}` as Key)
  if (name.endsWith('_after')) return t('chip.after', { day: day(value) })
  if (name.endsWith('_before')) return t('chip.before', { day: day(value) })
  if (name === 'min_score') return t('chip.score', { value: Math.round(Number(value) * 100) })
  return t('chip.width', { value: Number(value) })
}
