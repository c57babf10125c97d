/** Deleted images that can be restored. */
import { answer, client, type Schemas } from './client'
import { BATCH } from './images'

export type TrashedImage = Schemas['TrashedImage']

export const listTrash = (cursor?: string) =>
  answer(client.GET('/v1/trash', { params: { query: { limit: 100, ...(cursor ? { cursor } : {}) } } }))

/** Bring some back; gives how many could not be: removed for good, or there again by the same bytes. */
export async function restoreImages(ids: string[]): Promise<number> {
  let refused = 0
  for (let from = 0; from < ids.length; from += BATCH) {
    const { items } = await answer(client.POST('/v1/trash:restore', { body: { ids: ids.slice(from, from + BATCH) } }))
    refused += items.filter((item) => item.status !== 200).length
  }
  return refused
}

export const emptyTrash = () => answer(client.POST('/v1/trash:empty', { body: {} }))
