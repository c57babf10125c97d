/** The one client of the API: that of clients/typescript, signed in by the page's cookie. */
import { answer as answered, connect, PictorProblem, type Schemas } from 'pictor-client'

export { PictorProblem as ApiProblem, UNREACHABLE as OFFLINE, type Schemas } from 'pictor-client'

export type Image = Schemas['Image']
export type ImageLabel = Schemas['ImageLabel']
export type Collection = Schemas['Collection']
export type User = Schemas['User']
export type Term = Schemas['Term']
export type Facets = Schemas['Facets']
export type SimilarHit = Schemas['SimilarHit']

/** Where the server is: the page may lie under a path. */
export const base = new URL('.', document.baseURI)

export const client = connect({
  baseUrl: base.href.replace(/\/$/, ''),
  headers: { 'x-pictor-page': '1' },
})

const signedOutListeners = new Set<() => void>()

export function onSignedOut(listener: () => void): void {
  signedOutListeners.add(listener)
}

/** Give what was answered, or throw an ApiProblem. */
export async function answer<T>(asked: Promise<{ data?: T }>): Promise<T> {
  try {
    return await answered(asked)
  } catch (failure) {
    const signedOut = failure instanceof PictorProblem && failure.status === 401
    if (signedOut && failure.code !== 'invalid_credentials') signedOutListeners.forEach((tell) => tell())
    throw failure
  }
}

/** A path that the API gave, on the host that the page came from: there the page's sign-in holds. */
export function here(url: string): string {
  const found = new URL(url, base)
  return found.pathname + found.search
}
