/** The one client of the API: generated types, and every refusal as an ApiProblem. */
import createClient from 'openapi-fetch'
import type { components, paths } from './schema'

export type Schemas = components['schemas']
export type Image = Schemas['Image']
export type ImageLabel = Schemas['ImageLabel']
export type Collection = Schemas['Collection']
export type User = Schemas['User']
export type Term = Schemas['Term']
export type Facets = Schemas['Facets']
export type SimilarHit = Schemas['SimilarHit']

/** Where the server is: the page may lie under a path. */
export const base = new URL('.', document.baseURI)

export const client = createClient<paths>({
  baseUrl: base.href.replace(/\/$/, ''),
  headers: { 'x-pictor-page': '1' },
})

export class ApiProblem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    readonly retryAfter = 0,
  ) {
    super(detail)
  }
}

/** No answer at all: the network or the server is away. */
export const OFFLINE = 'offline'

const signedOutListeners = new Set<() => void>()

export function onSignedOut(listener: () => void): void {
  signedOutListeners.add(listener)
}

interface Answer<T> {
  data?: T
  error?: unknown
  response: Response
}

/** Give what was answered, or throw an ApiProblem. */
export async function answer<T>(asked: Promise<Answer<T>>): Promise<T> {
  let got: Answer<T>
  try {
    got = await asked
  } catch (failure) {
    if (failure instanceof DOMException && failure.name === 'AbortError') throw failure
    throw new ApiProblem(0, OFFLINE, String(failure))
  }
  if (got.response.ok) return got.data as T
  const problem = (typeof got.error === 'object' ? got.error : null) as Partial<Schemas['Problem']> | null
  const code = problem?.code ?? 'unknown'
  if (got.response.status === 401 && code !== 'invalid_credentials') signedOutListeners.forEach((tell) => tell())
  const retryAfter = Number(got.response.headers.get('retry-after')) || 0
  throw new ApiProblem(got.response.status, code, problem?.detail ?? got.response.statusText, retryAfter)
}

/** A path that the API gave, on the host that the page came from: there the page's sign-in holds. */
export function here(url: string): string {
  const found = new URL(url, base)
  return found.pathname + found.search
}
