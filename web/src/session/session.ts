/** Who is signed in. The session itself is in a cookie that no script sees. */
import { shallowRef } from 'vue'
import * as account from '../api/account'
import { ApiProblem, onSignedOut, type User } from '../api/client'

export const user = shallowRef<User | null>(null)
/** Before the first answer nothing is known. */
export const known = shallowRef(false)
/** The session ended while the page was open, here or in another tab. */
export const ended = shallowRef(false)
const tabs = new BroadcastChannel('pictor-session')

onSignedOut(() => {
  if (user.value) ended.value = true
})
tabs.onmessage = () => void refresh().catch(() => undefined)

/** Ask who is signed in. Throws without an answer. */
export async function refresh(): Promise<void> {
  try {
    const found = await account.me()
    if (user.value && user.value.id !== found.id) location.reload()
    user.value = found
    ended.value = false
  } catch (failure) {
    if (!(failure instanceof ApiProblem) || failure.status !== 401) throw failure
    if (user.value) ended.value = true
  } finally {
    known.value = true
  }
}

export async function signIn(name: string, password: string): Promise<void> {
  await account.signIn(name, password)
  await refresh()
  tabs.postMessage('in')
}

export async function register(name: string, password: string): Promise<void> {
  await account.register(name, password)
  await signIn(name, password)
}

export async function signOut(): Promise<void> {
  await account.signOut()
  tabs.postMessage('out')
  location.assign(document.baseURI)
}

export const isAdmin = () => user.value?.role === 'admin'
export const owns = (owner: { id: string }) => owner.id === user.value?.id
