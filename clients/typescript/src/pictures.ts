/** Pictures on their way to the server. */
import type { Schemas } from './connect.js'

/** The bytes of a picture. `openAsBlob` of `node:fs` gives a file without reading it; a File tells its name, too. */
export type Picture = Blob | ArrayBuffer | Uint8Array

export function isPicture(value: unknown): value is Picture {
  return value instanceof Blob || value instanceof ArrayBuffer || value instanceof Uint8Array
}

/** A request whose body is the picture and nothing else. */
export const rawBody = (picture: Picture) => ({
  headers: { 'content-type': 'application/octet-stream' },
  body: picture as never,
  bodySerializer: (body: unknown): unknown => body,
})

/** The name of a File, for what is said with an upload. */
export const nameOf = (picture: Picture): { file_name?: string } =>
  'name' in picture && typeof picture.name === 'string' ? { file_name: picture.name } : {}

/** A request with the picture as a form, with what is said of it. */
export function formBody(picture: Picture, said: object) {
  const form = new FormData()
  for (const [name, value] of Object.entries(said)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined) form.append(name, String(one))
    }
  }
  const blob = picture instanceof Blob ? picture : new Blob([picture as BlobPart])
  form.append('file', blob, nameOf(picture).file_name ?? 'picture')
  return { body: said as Schemas['ImageUpload'], bodySerializer: () => form }
}
