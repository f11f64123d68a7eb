import { FintuneError } from '../../lib/FintuneError.js'
import type { TinkerSession } from './createTinkerSession.js'
import { remoteLogprobs } from './remoteLogprobs.js'

/** Tokens watched at every sync, and their log p on both sides when they last were seen to move. */
export interface SyncProbe {
  readonly tokens: readonly number[]
  readonly seen: { readonly trainer: readonly number[]; readonly sampler: readonly number[] } | null
}

/** Nats a token; samplers in bfloat16 may not show less. */
const smallestMove = 0.02

/**
 * Whether the weights just trained are those the sampler has: once the trainer's log p of some tokens have moved, since they
 * were last looked at, the sampler's must have moved with them. The two differ in arithmetic, so they are not asked to be equal.
 *
 * @returns the probe for the next sync; as it was where the server gives no prompt log p
 * @throws FintuneError where the sampler stood still
 */
export async function requireFreshWeights(
  { session, model, sampler }: { session: TinkerSession; model: string; sampler: string },
  probe: SyncProbe,
): Promise<SyncProbe> {
  const { tokens, seen } = probe
  const watched = [{ prompt: tokens.slice(0, 1), completions: [{ tokens: tokens.slice(1) }] }]
  const [trained] = await remoteLogprobs(session, model, watched)
  const sampled = await samplerLogprobs(session, sampler, tokens)
  if (!sampled) return probe
  const now = { trainer: trained, sampler: sampled }
  if (!seen) return { tokens, seen: now }
  const moved = distance(trained, seen.trainer)
  if (moved < smallestMove) return probe
  const followed = distance(sampled, seen.sampler)
  if (followed >= moved / 4) return { tokens, seen: now }
  throw new FintuneError(
    `the sampler does not get the trained weights: the trainer's log p moved by ${moved.toFixed(3)} nats a token, the sampler's ` +
      `by ${followed.toFixed(3)}. What it samples is of an old policy; mend the server's weight sync, then go on with --resume=auto.`,
  )
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
