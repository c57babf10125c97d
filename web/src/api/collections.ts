/** Collections, and what is in them. */
import { answer, client } from './client'

export const FAVORITES = 'favorites'
const at = (id: string) => ({ params: { path: { collection_id: id } } })
const of = (id: string, image: string) => ({ params: { path: { collection_id: id, image_id: image } } })

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

const AT_ONCE = 6

/** Do one call for each image, a few at a time. */
async function each(images: string[], call: (image: string) => Promise<unknown>): Promise<void> {
  const waiting = [...images]
  const lane = async () => {
    for (let image = waiting.shift(); image; image = waiting.shift()) await call(image)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lane))
}

export const addToCollection = (id: string, images: string[]) =>
  each(images, (image) => answer(client.PUT('/v1/collections/{collection_id}/images/{image_id}', of(id, image))))
export const removeFromCollection = (id: string, images: string[]) =>
  each(images, (image) => answer(client.DELETE('/v1/collections/{collection_id}/images/{image_id}', of(id, image))))
