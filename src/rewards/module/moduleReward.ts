import { FintuneError } from '../../lib/FintuneError.js'
import { unlessAborted } from '../../lib/unlessAborted.js'
import { InputError } from '../../lib/InputError.js'
import type { Verdict } from '../../verifier/Verdict.js'
import type { Reward } from '../Reward.js'
import { importModule } from '../../lib/importModule.js'
import type { RewardModule, ScoreFunction } from './RewardModule.js'

export interface ModuleRewardOptions {
  /** Under which it stands in the log. */
  readonly name: string
  /** A .js, .mjs, .ts or .mts file, relative to the working directory. */
  readonly path: string
  readonly options: Readonly<Record<string, unknown>>
}

/**
 * The user's own reward, loaded and checked: what it exports now, what it returns with every batch. Anything but a finite
 * number or null for each completion stops the run, since it would be learned from.
 *
 * @param count told of each completion that it could not score (null)
 * @throws InputError where the module cannot be loaded or does not export a reward
 */
export async function moduleReward(
  { name, path, options }: ModuleRewardOptions,
  count: (verdict: Verdict) => void = () => undefined,
): Promise<Reward> {
  const where = `rewards.terms: module ${path}`
  const { score, best } = readModule(await importModule(path, where), where)
  const unknown: Verdict = { verdict: 'unknown', reason: `the module ${path} gave null`, decidedBy: name }
  return {
    name,
    best,
    score: async (inputs, signal) => {
      let values: unknown
      try {
        // One that does not look at its signal must not hold up a run that is to stop.
        values = await unlessAborted(score(inputs, { options, signal }), signal)
      } catch (cause) {
        signal?.throwIfAborted()
        throw new FintuneError(`${where}: failed: ${(cause as Error)?.stack ?? String(cause)}`, { cause })
      }
      const wrong = problem(values, inputs.length)
      if (wrong !== null) throw new FintuneError(`${where}: ${wrong}`)
      return (values as (number | null)[]).map((value) => {
        if (value !== null) return { value }
        count(unknown)
        return { value, verdict: unknown }
      })
    },
  }
}

function readModule(exported: unknown, where: string): { score: ScoreFunction; best: number | null } {
  const module = exported as RewardModule | undefined
  const score = typeof module === 'function' ? module : module?.score
  const best = typeof module === 'function' ? undefined : module?.best
  if (typeof score !== 'function') {
    throw new InputError(
      `${where}: its default export is no reward; export a function (inputs, {options}) => values, or {score, best}.`,
    )
  }
  if (best !== undefined && !Number.isFinite(best))
    throw new InputError(`${where}: best: found ${String(best)}; a number is needed`)
  return { score, best: best ?? null }
}

function problem(values: unknown, count: number): string | null {
  if (!Array.isArray(values)) return `returned ${typeof values}; a list of ${count} numbers (or null) is needed`
  if (values.length !== count) return `returned ${values.length} values for ${count} completions`
  const bad = values.findIndex((value) => value !== null && !Number.isFinite(value))
  return bad < 0 ? null : `gave ${String(values[bad])} to completion ${bad}; a finite number or null is needed`
}
