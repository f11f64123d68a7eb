import { LossNotFiniteError } from '../lib/LossNotFiniteError.js'
import type { AdamParams, Engine } from './Engine.js'
import type { StepGuard } from './StepGuard.js'

/** What came of an update: the norm where it is finite, and why it was left out, where it was. */
export interface GuardedUpdate {
  readonly gradNorm?: number
  readonly skipped?: 'not finite' | 'spike'
}

/**
 * An optimizer step over the accumulated gradients, unless loss or gradient are not finite or spike: then the gradients are
 * dropped and the weights stay as they are.
 *
 * @throws LossNotFiniteError, or the engine's error for a gradient that is not finite, where the guard lets none pass;
 *   the signal's reason when aborted
 */
export async function guardedUpdate(
  engine: Engine,
  { loss, stage, step }: { readonly loss: number; readonly stage: string; readonly step: number },
  params: AdamParams,
  { skipAbove, skipNotFinite }: StepGuard,
  signal: AbortSignal,
): Promise<GuardedUpdate> {
  if (!Number.isFinite(loss)) {
    await engine.dropGradients()
    if (skipNotFinite) return { skipped: 'not finite' }
    throw new LossNotFiniteError(stage, step, loss)
  }
  signal.throwIfAborted()
  try {
    const { gradNorm, skipped } = await engine.optimStep({ ...params, ...(skipAbove < Infinity ? { skipAbove } : {}) })
    return { gradNorm, ...(skipped === true ? { skipped: 'spike' } : {}) }
  } catch (error) {
    if (!skipNotFinite || (error as { code?: unknown }).code !== 'ERR_NOT_FINITE') throw error
    await engine.dropGradients()
    return { skipped: 'not finite' }
  }
}
