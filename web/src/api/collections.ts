/** Collections, and what is in them. */
import { answer, ApiProblem, client, type Schemas } from './client'
import { BATCH } from './images'

export const FAVORITES = 'favorites'
const at = (id: string) => ({ params: { path: { collection_id: id } } })

export const listCollections = () => answer(client.GET('/v1/collections', { params: { query: { limit: 500 } } }))
export const getCollection = (id: string) => answer(client.GET('/v1/collections/{collection_id}', at(id)))
export const createCollection = (name: string) => answer(client.POST('/v1/collections', { body: { name } }))
export const changeCollection = (id: string, body: { name?: string; description?: string }) =>
  answer(client.PATCH('/v1/collections/{collection_id}', { ...at(id), body }))
export const deleteCollection = (id: string) => answer(client.DELETE('/v1/collections/{collection_id}', at(id)))
export const coverOf = (id: string) =>
  answer(
    client.GET('/v1/collections/{collection_id}/images', {
      params: { path: { collection_id: id }, query: { limit: 4 } },
    }),
  )

/** Do one call for every 500 images; the first refusal of an image is thrown when all were asked. */
async function each(images: string[], call: (ids: string[]) => Promise<Schemas['MembershipResults']>): Promise<void> {
  let refused: Schemas['MembershipResult'] | undefined
  for (let from = 0; from < images.length; from += BATCH) {
    const { items } = await call(images.slice(from, from + BATCH))
    refused ??= items.find((item) => item.problem)
  }
  if (refused?.problem) throw new ApiProblem(refused.problem)
}

export const addToCollection = (id: string, images: string[]) =>
  each(images, (ids) =>
    answer(client.POST('/v1/collections/{collection_id}/images:batchAdd', { ...at(id), body: { ids } })),
  )
export const removeFromCollection = (id: string, images: string[]) =>
  each(images, (ids) =>
    answer(client.POST('/v1/collections/{collection_id}/images:batchRemove', { ...at(id), body: { ids } })),
  )
