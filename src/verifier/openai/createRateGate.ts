/** Says when the next call may go. */
export interface RateGate {
  /** Milliseconds from now until a call may go; its place is taken by asking. */
  reserve(): number
  /** The endpoint asked for a pause: nobody goes before it is over. */
  pause(durationMs: number): void
}

/**
 * Keeps all calls to an endpoint below a rate, evenly spaced, and holds them where the endpoint asks for a pause (429 or
 * 503 with Retry-After): one call's answer is told to all of them.
 *
 * @param requestsPerMinute null: no limit of our own
 */
export function createRateGate(requestsPerMinute: number | null, now: () => number): RateGate {
  const spacingMs = requestsPerMinute === null ? 0 : 60_000 / requestsPerMinute
  let next = 0
  return {
    reserve: () => {
      const at = Math.max(next, now())
      next = at + spacingMs
      return at - now()
    },
    pause: (durationMs) => {
      next = Math.max(next, now() + durationMs)
    },
  }
}
