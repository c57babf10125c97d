/** What may be said with a call: the API's own names and values, from the document. */
import type { Schemas } from './connect.js'
import type { paths } from './core/schema.js'

type Query<Operation> = Operation extends { parameters: { query?: infer Q } } ? NonNullable<Q> : never
type Listing<Operation> = Omit<Query<Operation>, 'cursor' | 'limit' | 'include'> & {
  /** How many to give at most, over all pages. Absent: all. */
  limit?: number
}

/** An image, or its id. */
export type ImageId = string | { id: string }
/** A collection, or its id, or `favorites`. */
export type CollectionId = string | { id: string }

export interface Sending {
  /** For the labels: seconds, or true for 60. Who comes too early gets the image without them; `state` says so. */
  wait?: boolean | number
  /** Makes it safe to send the same upload again; absent: a new one for each call. */
  idempotencyKey?: string
  signal?: AbortSignal
}

export type Said = Query<paths['/v1/images']['post']>
export type Upload = Said & Sending
export type Filters = Listing<paths['/v1/images']['get']>
export type SimilarOptions = Query<paths['/v1/images/{image_id}/similar']['get']>
export type ClassifyOptions = Query<paths['/v1/classify']['post']>
export type Change = Schemas['ImageChange']

export const idOf = (thing: ImageId | CollectionId): string => (typeof thing === 'string' ? thing : thing.id)
export const atImage = (image: ImageId) => ({ path: { image_id: idOf(image) } })
export const pathOf = (collection: CollectionId) => ({ collection_id: idOf(collection) })
