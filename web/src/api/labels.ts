/** Labels and tags: what there is, and what people decide. */
import { answer, client } from './client'

export const terms = (prefix: string, limit: number, signal?: AbortSignal) =>
  answer(client.GET('/v1/labels', { params: { query: { prefix, limit } }, signal }))

export const labelDetail = (id: string) =>
  answer(client.GET('/v1/labels/{label_id}', { params: { path: { label_id: id } } }))

const of = (image: string, label: string) => ({ params: { path: { image_id: image, label_id: label } } })

export const confirmLabel = (image: string, label: string) =>
  answer(client.POST('/v1/images/{image_id}/labels/{label_id}:confirm', of(image, label)))
export const rejectLabel = (image: string, label: string) =>
  answer(client.POST('/v1/images/{image_id}/labels/{label_id}:reject', of(image, label)))
export const addLabel = (image: string, label: string) =>
  answer(client.PUT('/v1/images/{image_id}/labels/{label_id}', of(image, label)))
export const takeBackLabel = (image: string, label: string) =>
  answer(client.DELETE('/v1/images/{image_id}/labels/{label_id}', of(image, label)))
