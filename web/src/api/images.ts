/** Images: find, read, change, delete, send. */
import { items, rawBody, type paths } from 'pictor-client'
import { answer, client, type Image, type Schemas } from './client'

export type ImageQuery = NonNullable<paths['/v1/images']['get']['parameters']['query']>
export type ImagePage = Schemas['ImagePage']
export type ImageChange = Schemas['ImageChange']
export const BATCH = 500

export const listImages = (query: ImageQuery, signal?: AbortSignal) =>
  answer(client.GET('/v1/images', { params: { query }, signal }))

const at = (id: string) => ({ params: { path: { image_id: id } } })

export const getImage = (id: string) => answer(client.GET('/v1/images/{image_id}', at(id)))
export const deleteImage = (id: string) => answer(client.DELETE('/v1/images/{image_id}', at(id)))
export const reprocessImage = (id: string) => answer(client.POST('/v1/images/{image_id}:reprocess', at(id)))

export const changeImage = (id: string, body: ImageChange) =>
  answer(client.PATCH('/v1/images/{image_id}', { ...at(id), body }))

/** Change many; gives those that were refused. */
export async function changeImages(ids: string[], change: Omit<Schemas['ImageUpdate'], 'id'>): Promise<number> {
  let refused = 0
  for (let from = 0; from < ids.length; from += BATCH) {
    const updates = ids.slice(from, from + BATCH).map((id) => ({ ...change, id }))
    const { items } = await answer(client.POST('/v1/images:batchUpdate', { body: { updates } }))
    refused += items.filter((item) => item.status !== 200).length
  }
  return refused
}

/** Delete many; gives how many were refused. */
export async function deleteImages(ids: string[]): Promise<number> {
  let refused = 0
  for (let from = 0; from < ids.length; from += BATCH) {
    const body = { ids: ids.slice(from, from + BATCH) }
    // Whoever leaves the page has meant it: the call outlives the page.
    const { items } = await answer(client.POST('/v1/images:batchDelete', { body, keepalive: true }))
    refused += items.filter((item) => item.status !== 204 && item.status !== 404).length
  }
  return refused
}

/** Every id that a search finds, page by page. */
export async function allIds(query: ImageQuery): Promise<string[]> {
  const ids: string[] = []
  const ask = (page: { cursor?: string }) => listImages({ ...query, ...page, limit: BATCH })
  for await (const image of items(ask)) ids.push(image.id)
  return ids
}

export const checkImages = (sha256: string[]) => answer(client.POST('/v1/images:check', { body: { sha256 } }))

/** Send one file; `fetch` may be one that tells its progress. */
export function sendImage(file: File, name: string, fetch: typeof globalThis.fetch): Promise<Image> {
  const title = name.replace(/\.[^.]*$/, '').slice(0, 200)
  return answer(
    client.POST('/v1/images', {
      ...rawBody(file),
      params: { query: { title, file_name: name.slice(-200) } },
      fetch: fetch as never,
    }),
  )
}

export const listDuplicates = (query: paths['/v1/duplicates']['get']['parameters']['query']) =>
  answer(client.GET('/v1/duplicates', { params: { query } }))
