/** What is said after something was done: one line below, with an undo where there is one. */
import { shallowRef } from 'vue'
import { ApiProblem, OFFLINE } from '../api/client'
import { t } from '../i18n'

export interface Said {
  text: string
  undo?: () => void
}

export const said = shallowRef<Said | null>(null)
let timer = 0

export function say(text: string, undo?: () => void, forMs = 6000): void {
  said.value = { text, undo }
  clearTimeout(timer)
  timer = window.setTimeout(() => (said.value = null), forMs)
}

export function quiet(): void {
  said.value = null
}

/** A refusal in words: what happened and what to do. */
export function wordsOf(failure: unknown): string {
  if (!(failure instanceof ApiProblem)) return t('problem.unknown')
  if (failure.code === OFFLINE) return t('problem.offline')
  if (failure.status === 401) return t('problem.signed_out')
  if (failure.status === 507 || failure.code === 'storage_full') return t('problem.full')
  if (failure.status === 404) return t('problem.gone')
  return failure.message
}

/** Do something; say what went wrong. Gives whether it went well. */
export async function attempt(work: () => Promise<unknown>, done?: string): Promise<boolean> {
  try {
    await work()
    if (done) say(done)
    return true
  } catch (failure) {
    say(wordsOf(failure))
    return false
  }
}
