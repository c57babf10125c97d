/** Share links: made and revoked by the owner of a collection, and what visitors see by them. */
import { answer, base, client, type Schemas } from './client'

export type Share = Schemas['Share']
export type SharedImage = Schemas['SharedImage']

const at = (id: string) => ({ params: { path: { collection_id: id } } })
const by = (secret: string) => ({ path: { secret } })

export const listShares = (id: string) => answer(client.GET('/v1/collections/{collection_id}/shares', at(id)))
export const createShare = (id: string, body: Schemas['ShareCreate']) =>
  answer(client.POST('/v1/collections/{collection_id}/shares', { ...at(id), body }))
export const revokeShare = (id: string, share: string) =>
  answer(
    client.DELETE('/v1/collections/{collection_id}/shares/{share_id}', {
      params: { path: { collection_id: id, share_id: share } },
    }),
  )

/** The page that visitors open. */
export const linkOf = (secret: string) => new URL(`s/${secret}`, base).href

export const getShared = (secret: string) => answer(client.GET('/v1/shares/{secret}', { params: by(secret) }))
export const unlockShared = (secret: string, password: string) =>
  answer(client.POST('/v1/shares/{secret}:unlock', { params: by(secret), body: { password } }))
export const listShared = (secret: string, cursor?: string) =>
  answer(
    client.GET('/v1/shares/{secret}/images', { params: { ...by(secret), query: { limit: 100, ...(cursor ? { cursor } : {}) } } }),
  )

const file = (secret: string, image: SharedImage, what: string) =>
  new URL(`v1/shares/${secret}/images/${image.id}/${what}`, base).pathname
export const sharedThumb = (secret: string, image: SharedImage) => file(secret, image, 'variants/thumb')
export const sharedPreview = (secret: string, image: SharedImage) => file(secret, image, 'variants/preview')
export const sharedOriginal = (secret: string, image: SharedImage) => file(secret, image, 'content')
