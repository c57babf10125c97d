/** Whoever leaves the page while images can still be brought back has meant it; the next page may be faster than that. */
const KEPT = 'pictor-deleting'

export function noteDeleting(ids: string[]): void {
  sessionStorage.setItem(KEPT, JSON.stringify(ids))
}

/** The images that the page before this one was deleting as it was left; told once. */
export function deletedOnLeaving(): Set<string> {
  const kept = sessionStorage.getItem(KEPT)
  sessionStorage.removeItem(KEPT)
  return new Set(kept ? (JSON.parse(kept) as string[]) : [])
}
