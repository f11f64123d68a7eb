import { decoderForward } from '../../model/decoderForward.js'
import { outputHead } from '../../model/outputHead.js'
import { tokenLogprobs, type TokenLogprobs } from '../../ops/tokenLogprobs.js'
import type { LaidGroups } from './layTrainGroups.js'
import type { Weights } from './Weights.js'

export interface RunGroupsOptions {
  /** See decoderForward. */
  readonly recompute?: boolean
  /** See TokenLogprobsOptions. */
  readonly knownGradient?: Float32Array
}

/**
 * One pass through the model: log p of every label, differentiable inside tf's tape. Null where there is no label.
 * Call it within tf.tidy or variableGradients: its tensors are theirs to free.
 */
export function runGroups(
  { model, adapter }: Weights,
  laid: LaidGroups,
  temperature: number,
  { recompute = false, knownGradient }: RunGroupsOptions = {},
): TokenLogprobs | null {
  if (laid.rows.length === 0) return null
  const hidden = decoderForward(model, {
    tokens: laid.tokens,
    layout: laid.layout,
    adapter,
    rows: laid.rows,
    recompute,
  })
  return tokenLogprobs(hidden, outputHead(model), laid.labels, temperature, {
    frozenHead: adapter !== null,
    knownGradient,
  })
}
