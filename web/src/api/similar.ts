/** Look-alikes. */
import type { paths } from 'pictor-client'
import { answer, client, type Schemas } from './client'

export type Region = Schemas['Region']
export type SimilarSearch = Schemas['SimilarSearch']

export const similarTo = (id: string, query: paths['/v1/images/{image_id}/similar']['get']['parameters']['query']) =>
  answer(client.GET('/v1/images/{image_id}/similar', { params: { path: { image_id: id }, query } }))

export const searchSimilar = (body: SimilarSearch) =>
  answer(client.POST('/v1/search/similar', { body: body as never }))

/** Search with a picture that is not in the library. */
export const searchByFile = (file: Blob, limit: number) =>
  answer(
    client.POST('/v1/search/similar:picture', {
      params: { query: { limit } },
      headers: { 'content-type': 'application/octet-stream' },
      body: file as never,
      bodySerializer: (body) => body as unknown as BodyInit,
    }),
  )
