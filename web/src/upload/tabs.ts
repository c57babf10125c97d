/** Which tab sends what: a tab holds a lock while it lives, and what it was sending is then left alone by the others. */
const PREFIX = 'pictor-upload-'

export const tab = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`

/** Over plain HTTP from another machine browsers have no locks: a tab then passes for closed, and the server knows what came twice. */
const locks = navigator.locks as LockManager | undefined

let alive = false

export function live(): void {
  if (alive) return
  alive = true
  void locks?.request(PREFIX + tab, () => new Promise(() => undefined))
}

export async function livingTabs(): Promise<Set<string>> {
  const { held = [] } = (await locks?.query()) ?? {}
  return new Set(held.map((lock) => (lock.name ?? '').slice(PREFIX.length)))
}
