import { decoderForward } from '../../model/decoderForward.js'
import { outputHead } from '../../model/outputHead.js'
import { tokenLogprobs, type TokenLogprobs } from '../../ops/tokenLogprobs.js'
import type { LaidGroups } from './layTrainGroups.js'
import type { Weights } from './Weights.js'

/**
 * One pass through the model: log p of every label, differentiable inside tf's tape. Null where there is no label.
 * `recompute`: see decoderForward. Call it within tf.tidy or tf.variableGrads: its tensors are theirs to free.
 */
export function runGroups(
  { model, adapter }: Weights,
  laid: LaidGroups,
  temperature: number,
  recompute = false,
): TokenLogprobs | null {
  if (laid.rows.length === 0) return null
  const hidden = decoderForward(model, {
    tokens: laid.tokens,
    layout: laid.layout,
    adapter,
    rows: laid.rows,
    recompute,
  })
  return tokenLogprobs(hidden, outputHead(model), laid.labels, temperature)
}
