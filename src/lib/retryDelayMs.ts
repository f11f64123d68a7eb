import { keyedRandom } from './keyedRandom.js'

/** No endpoint makes a call wait longer than this between two tries. */
const longestPauseMs = 60_000

/**
 * The pause before try number `attempt` + 1: what Retry-After asks (seconds, or a date), else backoff · 2^attempt with full
 * half jitter, keyed by the call so that it can be told beforehand. Milliseconds.
 */
export function retryDelayMs(
  retryAfter: string | null,
  attempt: number,
  options: { readonly backoffMs: number; readonly key: string; readonly now: number },
): number {
  const asked = retryAfter === null ? null : readRetryAfter(retryAfter, options.now)
  if (asked !== null) return Math.min(asked, longestPauseMs)
  const full = options.backoffMs * 2 ** attempt
  return Math.min(longestPauseMs, full / 2 + (full / 2) * keyedRandom('retry', options.key, attempt).uniform())
}

function readRetryAfter(text: string, now: number): number | null {
  if (/^\d+(?:\.\d+)?$/.test(text.trim())) return Number(text) * 1000
  const date = Date.parse(text)
  return Number.isNaN(date) ? null : Math.max(0, date - now)
}
