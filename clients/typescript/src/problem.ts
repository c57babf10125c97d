/** What can go wrong, as one kind of error. */
import type { Middleware } from 'openapi-fetch'
import type { components } from './core/schema.js'

export type FieldError = components['schemas']['FieldError']

/** The code of a problem without an answer: the network or the server is away. */
export const UNREACHABLE = 'unreachable'

export interface ProblemFacts {
  status: number
  code: string
  title: string
  detail: string
  errors?: readonly FieldError[]
  requestId?: string | null
  retryAfterS?: number
  repeatable?: boolean
}

/** The server refused (RFC 9457), or did not answer: then `status` is 0 and `code` is `UNREACHABLE`. */
export class PictorProblem extends Error implements ProblemFacts {
  /** The HTTP status. */
  readonly status: number
  /** What programs branch on, such as `not_found`. */
  readonly code: string
  /** The status in words. */
  readonly title: string
  /** What went wrong, for people. */
  readonly detail: string
  /** What in the request is wrong, one by one. */
  readonly errors: readonly FieldError[]
  /** Names the request in the server's log. */
  readonly requestId: string | null
  /** Seconds after which to try again, where the server says so; else 0. */
  readonly retryAfterS: number
  /** Whether sending the request again is harmless: it only reads, or has an Idempotency-Key. */
  readonly repeatable: boolean

  constructor(facts: ProblemFacts, options?: ErrorOptions) {
    super(facts.detail, options)
    this.name = 'PictorProblem'
    this.status = facts.status
    this.code = facts.code
    this.title = facts.title
    this.detail = facts.detail
    this.errors = facts.errors ?? []
    this.requestId = facts.requestId ?? null
    this.retryAfterS = facts.retryAfterS ?? 0
    this.repeatable = facts.repeatable ?? false
  }
}

/** Throws what is no answer of 2xx as a PictorProblem. An abort stays what it is. */
export const problems: Middleware = {
  async onResponse({ request, response }) {
    if (!response.ok && response.status !== 304) throw await refusal(request, response)
  },
  onError({ request, error }) {
    return stopped(error) ? undefined : unreachable(error, repeatable(request))
  },
}

/** What the answer holds; a body that breaks off is a PictorProblem too. */
export async function answer<T>(asked: Promise<{ data?: T }>): Promise<T> {
  try {
    return (await asked).data as T
  } catch (error) {
    throw error instanceof PictorProblem || stopped(error) ? error : unreachable(error, false)
  }
}

function unreachable(error: unknown, repeatable: boolean): PictorProblem {
  const detail = `There is no answer: ${error instanceof Error ? error.message : String(error)}`
  const facts = { status: 0, code: UNREACHABLE, title: 'Unreachable', detail, repeatable }
  return new PictorProblem(facts, { cause: error })
}

function stopped(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError')
}

async function refusal(request: Request, response: Response): Promise<PictorProblem> {
  const said = await problemDocument(response)
  return new PictorProblem({
    status: response.status,
    code: said.code ?? 'unknown',
    title: said.title ?? response.statusText,
    detail: said.detail ?? said.title ?? `${response.status} ${response.statusText}`,
    errors: said.errors,
    requestId: response.headers.get('x-request-id'),
    retryAfterS: Number(response.headers.get('retry-after')) || 0,
    repeatable: repeatable(request),
  })
}

/** What is no problem document comes from something between. */
async function problemDocument(response: Response): Promise<Partial<components['schemas']['Problem']>> {
  try {
    const said: unknown = await response.json()
    return typeof said === 'object' && said !== null ? said : {}
  } catch {
    return {}
  }
}

const REPEATABLE = ['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS']
const READING_POSTS = ['/v1/images:check', '/v1/classify', '/v1/search/similar', '/v1/spaces:compare']

function repeatable(request: Request): boolean {
  const reads = request.method === 'POST' && READING_POSTS.some((part) => request.url.includes(part))
  return reads || REPEATABLE.includes(request.method) || request.headers.has('idempotency-key')
}
