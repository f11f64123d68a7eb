import { CheckpointError } from '../checkpoint/CheckpointError.js'
import { FreeSpaceError } from '../checkpoint/FreeSpaceError.js'
import { ReplayMismatchError } from '../checkpoint/ReplayMismatchError.js'
import type { RunCause } from '../checkpoint/RunStatus.js'
import { EngineLostError } from '../engine/EngineLostError.js'
import { TinkerError } from '../engine/tinker/TinkerError.js'
import { UnknownShareError } from '../grpo/UnknownShareError.js'
import { PreflightError } from '../rewards/PreflightError.js'
import { InputError } from '../lib/InputError.js'
import { LossNotFiniteError } from '../lib/LossNotFiniteError.js'
import { WatchdogError } from './watchdog/WatchdogError.js'

/** Which of run.json's fixed causes an error is. */
export function runCauseOf(error: unknown): RunCause {
  if (error instanceof UnknownShareError) return 'unknown_share'
  if (error instanceof PreflightError) return 'gold_fails'
  if (error instanceof WatchdogError) {
    const { name } = error.finding
    return name === 'reward_collapse' ? 'reward_collapsed' : name === 'gradient_spike' ? name : 'loss_not_finite'
  }
  if (error instanceof LossNotFiniteError) return 'loss_not_finite'
  if (error instanceof ReplayMismatchError) return 'replay_mismatch'
  if (error instanceof EngineLostError) return 'engine_lost'
  if (error instanceof TinkerError) return error.failure === 'unreachable' ? 'engine_away' : 'engine_failed'
  if (error instanceof InputError) return 'input'
  if (error instanceof CheckpointError || error instanceof FreeSpaceError) return 'disk'
  if ((error as Error).name === 'DiskError') return 'disk' // by name: it may come from the engine's thread
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'ERR_NOT_FINITE') return 'loss_not_finite'
  return code === 'ERR_MEMORY_ALLOCATION_FAILED' ? 'memory' : 'error'
}
