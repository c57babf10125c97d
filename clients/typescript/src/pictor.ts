/** The client: a method for what is done daily, `do` and `items` for everything else. */
import { connect, type Core, type Schemas } from './connect.js'
import { events, type EventOptions, type LibraryEvent } from './events.js'
import {
  atImage,
  idOf,
  pathOf,
  type Change,
  type ClassifyOptions,
  type CollectionId,
  type Filters,
  type ImageId,
  type Said,
  type SimilarOptions,
  type Upload,
} from './options.js'
import { items, type Page, type PageQuery } from './paging.js'
import { formBody, isPicture, nameOf, rawBody, type Picture } from './pictures.js'
import { answer } from './problem.js'
import { retried, RETRIES, type RetryPolicy } from './retrying.js'
import { sendAndWait } from './uploading.js'

type Image = Schemas['Image']
type Asked<T> = Promise<{ data?: T }>

export interface PictorOptions {
  /** `{ attempts: 1 }` sends each request once. */
  retries?: Partial<RetryPolicy>
  /** In place of the platform's own. */
  fetch?: (request: Request) => Promise<Response>
}

export class Pictor {
  /** Every operation of the API, without retries. */
  readonly core: Core
  readonly #retries: RetryPolicy

  /** `key` is an API key or the token of a session. */
  constructor(url: string, key: string, options: PictorOptions = {}) {
    const headers = { authorization: `Bearer ${key}` }
    this.core = connect({ baseUrl: url, headers, ...(options.fetch ? { fetch: options.fetch } : {}) })
    this.#retries = { ...RETRIES, ...options.retries }
  }

  /** Make any call of the core, with retries, and give what was answered. */
  do = <T>(call: (core: Core) => Asked<T>): Promise<T> => retried(() => answer(call(this.core)), this.#retries)

  /** The same for what comes in pages: all items, or the first `limit`, while they are asked for. */
  items<T>(call: (core: Core, page: PageQuery) => Asked<Page<T>>, limit?: number): AsyncGenerator<T> {
    return items((page) => this.do((core) => call(core, page)), limit)
  }

  /** Keep a picture: the body is the file. */
  upload(picture: Picture, options: Upload = {}): Promise<Schemas['UploadedImage']> {
    const { wait, idempotencyKey, signal, ...said } = options
    const query: Said = { ...nameOf(picture), ...said }
    return sendAndWait(
      { wait, idempotencyKey, signal },
      (header) => {
        const raw = rawBody(picture)
        return this.do((core) => core.POST('/v1/images', { ...raw, params: { query, header }, signal }))
      },
      (id) => this.get(id),
    )
  }

  /** The same as a form: words that are too long for an address have room there. */
  uploadForm(picture: Picture, options: Upload = {}): Promise<Schemas['UploadedImage']> {
    const { wait, idempotencyKey, signal, ...said } = options
    return sendAndWait(
      { wait, idempotencyKey, signal },
      (header) => {
        const form = formBody(picture, { ...nameOf(picture), ...said })
        return this.do((core) => core.POST('/v1/images:upload', { ...form, params: { header }, signal }))
      },
      (id) => this.get(id),
    )
  }

  get(image: ImageId): Promise<Image> {
    return this.do((core) => core.GET('/v1/images/{image_id}', { params: atImage(image) }))
  }

  /** Images that fit, page by page while they are asked for; `q` searches words. */
  images({ limit, ...filters }: Filters = {}): AsyncGenerator<Image> {
    return this.items((core, page) => core.GET('/v1/images', { params: { query: { ...filters, ...page } } }), limit)
  }

  /** Look-alikes of an image of the library, or of any picture. */
  similar(to: ImageId | Picture, query: SimilarOptions = {}): Promise<Schemas['SimilarImages']> {
    return this.do<Schemas['SimilarImages']>((core) =>
      isPicture(to)
        ? core.POST('/v1/search/similar:picture', { ...rawBody(to), params: { query } })
        : core.GET('/v1/images/{image_id}/similar', { params: { ...atImage(to), query } }),
    )
  }

  /** Labels of a picture that is not kept. */
  classify(picture: Picture, query: ClassifyOptions = {}): Promise<Schemas['Classification']> {
    return this.do((core) => core.POST('/v1/classify', { ...rawBody(picture), params: { query } }))
  }

  update(image: ImageId, body: Change): Promise<Image> {
    return this.do((core) => core.PATCH('/v1/images/{image_id}', { params: atImage(image), body }))
  }

  async delete(image: ImageId): Promise<void> {
    await this.do((core) => core.DELETE('/v1/images/{image_id}', { params: atImage(image) }))
  }

  /** The original. */
  content(image: ImageId): Promise<Blob> {
    const asked = { params: atImage(image), parseAs: 'blob' } as const
    return this.do<unknown>((core) => core.GET('/v1/images/{image_id}/content', asked)) as Promise<Blob>
  }

  async labelsOf(image: ImageId): Promise<Schemas['ImageLabel'][]> {
    return (await this.do((core) => core.GET('/v1/images/{image_id}/labels', { params: atImage(image) }))).items
  }

  /** Labels and tags in use, the most used first; `prefix` completes. */
  labels(prefix?: string, limit?: number): AsyncGenerator<Schemas['Term']> {
    const query = prefix === undefined ? {} : { prefix }
    return this.items((core, page) => core.GET('/v1/labels', { params: { query: { ...query, ...page } } }), limit)
  }

  collections(): AsyncGenerator<Schemas['Collection']> {
    return this.items((core, query) => core.GET('/v1/collections', { params: { query } }))
  }

  createCollection(name: string, description = ''): Promise<Schemas['Collection']> {
    return this.do((core) => core.POST('/v1/collections', { body: { name, description } }))
  }

  imagesOf(collection: CollectionId, limit?: number): AsyncGenerator<Image> {
    const path = pathOf(collection)
    return this.items(
      (core, query) => core.GET('/v1/collections/{collection_id}/images', { params: { path, query } }),
      limit,
    )
  }

  /** Add images to a collection, or to `favorites`; those that are in it stay. */
  async addTo(collection: CollectionId, ...images: ImageId[]): Promise<void> {
    for (const image of images) {
      const params = { path: { collection_id: idOf(collection), image_id: idOf(image) } }
      await this.do((core) => core.PUT('/v1/collections/{collection_id}/images/{image_id}', { params }))
    }
  }

  /** What changes, as it comes; it ends with `signal` alone. */
  events(options: EventOptions = {}): AsyncGenerator<LibraryEvent> {
    return events(this.do, options)
  }
}
