import { FintuneError } from '../../lib/FintuneError.js'
import type { TinkerSession } from './createTinkerSession.js'
import { remoteLogprobs } from './remoteLogprobs.js'

/** Tokens watched at every sync, and their log p as the trainer gave them at the one before. */
export interface SyncProbe {
  readonly tokens: readonly number[]
  readonly trainer: readonly number[] | null
}

/**
 * Whether the weights just trained are those the sampler has: its log p of some tokens must be nearer to the trainer's of
 * now than to the trainer's before the step. Servers differ in arithmetic between the two, so equality is not asked for;
 * a step too small to be told from that difference passes.
 *
 * @returns the probe with the log p of now; as it was where there is nothing to compare
 * @throws FintuneError where the sampler still has the old weights
 */
export async function requireFreshWeights(
  { session, model, sampler }: { session: TinkerSession; model: string; sampler: string },
  probe: SyncProbe,
): Promise<SyncProbe> {
  const { tokens } = probe
  const [trainer] = await remoteLogprobs(session, model, [
    { prompt: tokens.slice(0, 1), completions: [{ tokens: tokens.slice(1) }] },
  ])
  const fresh = await samplerLogprobs(session, sampler, tokens)
  if (!fresh) return probe
  if (probe.trainer) {
    const moved = distance(trainer, probe.trainer)
    const [toNew, toOld] = [distance(fresh, trainer), distance(fresh, probe.trainer)]
    const isTold = moved > 1e-4 && moved > 4 * toOld
    if (isTold && toNew > toOld) {
      throw new FintuneError(
        `the sampler still has the weights from before the step: its log p differ from the trainer's by ${toNew.toExponential(1)} ` +
          `a token, and by ${toOld.toExponential(1)} from those before. The server's sync does not work; nothing learned from here on would be on-policy.`,
      )
    }
  }
  return { tokens, trainer }
}

/** Log p of tokens[1…] as the sampler sees them; null where the server does not tell. */
async function samplerLogprobs(
  session: TinkerSession,
  sampler: string,
  tokens: readonly number[],
): Promise<number[] | null> {
  const result = await session.sample({
    sampling_session_id: sampler,
    num_samples: 1,
    prompt: { chunks: [{ type: 'encoded_text', tokens }] },
    sampling_params: { max_tokens: 1, temperature: 1, seed: 0 },
    prompt_logprobs: true,
    type: 'sample',
  })
  const all = result['prompt_logprobs']
  if (!Array.isArray(all)) return null
  // Some give one for the first token too, or null there: aligned from the end.
  const values = all.slice(-(tokens.length - 1)) as unknown[]
  return values.every((value) => typeof value === 'number') && values.length === tokens.length - 1
    ? (values as number[])
    : null
}

/** Mean absolute difference. */
function distance(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + Math.abs(value - b[i]), 0) / Math.max(1, a.length)
}
