import type { GuardedUpdate } from '../engine/guardedUpdate.js'

/** An update under the step log's names. */
export function updateMetrics({ gradNorm, skipped }: GuardedUpdate): Record<string, number> {
  return {
    ...(gradNorm === undefined ? {} : { grad_norm: gradNorm }),
    ...(skipped === undefined ? {} : { 'watchdog/skipped': 1 }),
    ...(skipped === 'not finite' ? { 'watchdog/not_finite': 1 } : {}),
  }
}
