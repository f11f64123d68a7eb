export interface CircuitBreakerOptions {
  /** Failures in a row that open it. */
  readonly failures: number
  /** Milliseconds before the first probe; doubled after each probe that fails, up to a minute. */
  readonly cooldownMs: number
  /** Open for longer than this, milliseconds: calls fail at once instead of waiting. */
  readonly giveUpMs: number
  readonly now: () => number
}

/** What a call is to do: go, wait and ask again, or give up with this reason. */
export type Passage =
  { readonly go: true } | { readonly waitMs: number; readonly reason: string } | { readonly failure: string }

/** Keeps calls from an endpoint that is down. */
export interface CircuitBreaker {
  enter(): Passage
  succeeded(): void
  /** @param reason what the last call failed of */
  failed(reason: string): void
  /** The call ended without saying anything of the endpoint (aborted). */
  left(): void
}

const longestCooldownMs = 60_000
/** How often a waiting call looks whether the probe came back. */
const lookMs = 25

/**
 * Closed: calls go. After so many failures in a row it opens: calls wait, one at a time probes, and the first success
 * closes it. A judge that restarts thus costs time, not verdicts; one that stays away fails every call at once.
 */
export function createCircuitBreaker({ failures, cooldownMs, giveUpMs, now }: CircuitBreakerOptions): CircuitBreaker {
  let inARow = 0
  let lastReason = ''
  let openedAt: number | null = null
  let cooldown = cooldownMs
  let probeAt = 0
  let probing = false

  return {
    enter: () => {
      if (openedAt === null) return { go: true }
      if (!probing && now() >= probeAt) {
        probing = true
        return { go: true }
      }
      const reason = `the endpoint failed ${inARow} times in a row, the last: ${lastReason}`
      if (now() - openedAt > giveUpMs) return { failure: reason }
      return { waitMs: probing ? lookMs : Math.max(1, probeAt - now()), reason }
    },
    succeeded: () => {
      inARow = 0
      openedAt = null
      probing = false
      cooldown = cooldownMs
    },
    failed: (reason) => {
      inARow++
      lastReason = reason
      if (openedAt === null && inARow < failures) return
      if (openedAt === null) openedAt = now()
      else if (probing) cooldown = Math.min(longestCooldownMs, cooldown * 2)
      probing = false
      probeAt = now() + cooldown
    },
    left: () => {
      probing = false
    },
  }
}
