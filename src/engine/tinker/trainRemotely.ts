import type { LossStats, TrainGroup } from '../Engine.js'
import { countMask } from '../loss/countMask.js'
import type { LossRow } from '../loss/LossRow.js'
import type { LossSpec } from '../loss/LossSpec.js'
import type { Json } from './createTinkerClient.js'
import { expressLoss, type WireLoss } from './expressLoss.js'
import { lossOf } from '../loss/lossOf.js'
import type { ServerTraits } from './probeServer.js'
import { readLogprobs } from './readLogprobs.js'
import { remoteLogprobs } from './remoteLogprobs.js'
import type { TinkerSession } from './createTinkerSession.js'
import { trainData } from './trainData.js'
import { wireBatch } from './wireBatch.js'

export interface RemotePolicy {
  readonly session: TinkerSession
  readonly model: string
  readonly traits: ServerTraits
  /** Statistics alone, no gradient. */
  readonly forwardOnly?: boolean
}

/**
 * One micro-batch forward and backward on a server. The loss and its statistics are worked out here from the log p that the
 * server measured; entropy and the likeliest token it does not tell. What can have no gradient runs forward only.
 *
 * @returns how many sequences were sent backward, and how many the whole step is to have (see fillStep)
 */
export async function trainRemotely(
  policy: RemotePolicy,
  groups: readonly TrainGroup[],
  spec: LossSpec,
  signal?: AbortSignal,
): Promise<{ stats: LossStats; sent: number; planned: number }> {
  const batch = wireBatch(groups)
  const planned = spec.type === 'policy' ? spec.denominators.sequences : (spec.sequences ?? batch.sequences.length)
  const blank = batch.rows(batch.sequences.map(({ places }) => places.map(() => 0)))
  const wire = lossFor(policy, blank, spec)
  const active = policy.forwardOnly ? [] : blank.flatMap((row, i) => (mayHaveGradient(row, spec) ? [i] : []))
  // Fresh log p: where the loss is worked out from them, and where nothing goes backward.
  const fresh =
    wire.loss === 'importance_sampling' || active.length < batch.sequences.length
      ? await remoteLogprobs(policy.session, policy.model, groups, signal)
      : null
  const measured = fresh ?? batch.sequences.map(({ places }) => places.map(() => 0))
  const rows = batch.rows(measured)
  const isFinite = measured.every((values) => values.every(Number.isFinite))
  // A NaN sent to a server is in every model it holds from then on; the loss below is NaN and stops the run.
  if (active.length > 0 && isFinite) {
    const data = trainData(batch.sequences, rows, spec, {
      loss: wire.loss,
      reduction: policy.traits.reduction,
      stepSequences: planned,
      chosen: active,
    })
    const sent = active.map((i) => batch.sequences[i])
    const result = await sendBackward(policy, data, wire, signal)
    readLogprobs('forward_backward', result, sent).forEach((values, k) => (measured[active[k]] = values))
  }
  return { stats: statsOf(groups, batch.rows(measured), measured, spec), sent: active.length, planned }
}

/**
 * A sequenceMean server divides by the sequences it was sent; those that had no gradient to send are made up for by as many
 * of one token and advantage 0, so that the step is divided by what it was planned to have.
 */
export async function fillStep(policy: RemotePolicy & { sent: number; planned: number }): Promise<void> {
  const missing = policy.planned - policy.sent
  if (policy.traits.reduction !== 'sequenceMean' || policy.sent === 0 || missing <= 0) return
  const one = (value: number) => ({ data: [value], dtype: 'float32', shape: [1] })
  const blank = {
    model_input: { chunks: [{ type: 'encoded_text', tokens: [0] }] },
    loss_fn_inputs: {
      target_tokens: { data: [0], dtype: 'int64', shape: [1] },
      logprobs: one(0),
      advantages: one(0),
    },
  }
  await sendBackward(policy, new Array<Json>(missing).fill(blank), { loss: 'importance_sampling' })
}

async function sendBackward(policy: RemotePolicy, data: readonly Json[], wire: WireLoss, signal?: AbortSignal) {
  const config = 'config' in wire ? { loss_fn_config: wire.config } : {}
  return policy.session.call(
    'forward_backward',
    policy.model,
    { forward_backward_input: { data, loss_fn: wire.loss, ...config } },
    { repeatable: policy.traits.dedupes, signal },
  )
}

/** A clipped ratio needs old log p; where a completion has none at all, the loss is worked out here. */
function lossFor({ traits }: RemotePolicy, rows: readonly LossRow[], spec: LossSpec): WireLoss {
  const wire = expressLoss(spec, traits.reduction)
  const clips = wire.loss === 'ppo' || wire.loss === 'cispo'
  return clips && rows.some(({ old, sampler }) => !old && !sampler) ? { loss: 'importance_sampling' } : wire
}

function mayHaveGradient({ mask, advantage }: LossRow, spec: LossSpec): boolean {
  if (countMask(mask) === 0) return false
  return spec.type === 'crossEntropy' || spec.beta !== 0 || advantage !== 0
}

function statsOf(
  groups: readonly TrainGroup[],
  rows: readonly LossRow[],
  measured: readonly (readonly number[])[],
  spec: LossSpec,
): LossStats {
  const { loss, sums, minima, maxima } = lossOf(rows, spec)
  let next = 0
  return {
    loss,
    lossTokens: rows.reduce((sum, { mask }) => sum + countMask(mask), 0),
    tokens: groups.reduce(
      (sum, { prompt, completions }) =>
        sum + completions.reduce((part, { tokens }) => part + prompt.length + tokens.length, 0),
      0,
    ),
    sums,
    minima,
    maxima,
    logprobs: groups.map(({ completions }) => completions.map(() => [...measured[next++]])),
  }
}
