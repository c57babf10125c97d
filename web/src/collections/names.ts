import type { Collection } from '../api/client'
import { t } from '../i18n'

/** Favourites have no name of their own. */
export const collectionName = (collection: Pick<Collection, 'kind' | 'name'>): string =>
  collection.kind === 'favorites' ? t('nav.favorites') : collection.name
