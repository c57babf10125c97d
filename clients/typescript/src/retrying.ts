/** Try again what may be tried again. */
import { PictorProblem } from './problem.js'

export interface RetryPolicy {
  /** How often one request is sent at most. */
  attempts: number
  firstWaitS: number
  maxWaitS: number
}

export const RETRIES: RetryPolicy = { attempts: 4, firstWaitS: 0.5, maxWaitS: 30 }
const NOTHING_WAS_DONE = [429, 503]
const MAYBE_DONE = [0, 502, 504]
const IN_FLIGHT = 'idempotency_in_flight'

/** Make the call, several times if need be. It has to make its request anew each time. */
export async function retried<T>(call: () => Promise<T>, policy: RetryPolicy): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call()
    } catch (error) {
      const waitS = attempt < policy.attempts ? waitAfter(error, attempt, policy) : undefined
      if (waitS === undefined) throw error
      await pause(waitS)
    }
  }
}

/** Seconds to wait before the next attempt; undefined: give up. */
function waitAfter(error: unknown, attempt: number, policy: RetryPolicy): number | undefined {
  if (!(error instanceof PictorProblem) || error.retryAfterS > policy.maxWaitS) return undefined
  const unbegun = NOTHING_WAS_DONE.includes(error.status) || error.code === IN_FLIGHT
  if (!unbegun && !(error.repeatable && MAYBE_DONE.includes(error.status))) return undefined
  const longest = Math.min(policy.firstWaitS * 2 ** (attempt - 1), policy.maxWaitS)
  return Math.max(error.retryAfterS, longest * (0.5 + Math.random() / 2))
}

/** Wait; an abort ends the wait, and is thrown. */
export function pause(seconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    const stop = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, seconds * 1000)
    signal?.addEventListener('abort', stop, { once: true })
  })
}
