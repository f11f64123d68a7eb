import { InputError } from '../../lib/InputError.js'
import { parseSlurmTime } from './parseSlurmTime.js'

/** Slurm looks at time limits once a minute at worst, so a short limit leaves little between start and signal. */
const DEFAULT_GRACE_SECONDS = 120

/**
 * Seconds between the signal and the time limit: those asked for, else two minutes, or a quarter of a short limit.
 *
 * @throws InputError where the limit is none, or leaves no time to train
 */
export function slurmTiming(timeLimit: string, graceSeconds: number | undefined): number {
  const seconds = parseSlurmTime(timeLimit)
  if (seconds === undefined) {
    throw new InputError(
      `--time: found "${timeLimit}"; allowed: minutes, minutes:seconds, hours:minutes:seconds, days-hours or ` +
        'days-hours:minutes:seconds, e.g. --time 12:00:00',
    )
  }
  const grace = graceSeconds ?? Math.min(DEFAULT_GRACE_SECONDS, Math.floor(seconds / 4))
  if (grace < seconds) return grace
  throw new InputError(
    `--grace: found ${grace} s, but --time ${timeLimit} is ${seconds} s: the signal would come before the first step`,
  )
}
