import * as tf from '@tensorflow/tfjs-core'
import type { Adapter } from '../../../src/model/adapter/Adapter.js'
import { decoderPrefill } from '../../../src/model/decoderPrefill.js'
import { decoderStep } from '../../../src/model/decoderStep.js'
import type { Model } from '../../../src/model/Model.js'
import { outputHead } from '../../../src/model/outputHead.js'
import { createKvCache } from '../../../src/ops/createKvCache.js'
import { makeSequenceLayout } from '../../../src/ops/makeSequenceLayout.js'

export interface GreedyResult {
  /** New tokens of each prompt, [prompts][count]. */
  readonly tokens: number[][]
  /** The hidden state that each was chosen from, [prompts][count][hidden]. */
  readonly hidden: Float32Array[][]
}

/** Greedy decoding of several prompts at once through the cache. */
export function greedy(model: Model, prompts: number[][], count: number, adapter: Adapter | null = null): GreedyResult {
  const { layers, heads, kvHeads, headDim, hiddenSize } = model.config
  const sequences = prompts.map((_, prompt) => ({ prompt, maxNew: count }))
  const lengths = prompts.map((ids) => ({ length: ids.length }))
  const cache = createKvCache({ layers, heads, kvHeads, headDim, prompts: lengths, sequences })
  const result: GreedyResult = { tokens: prompts.map(() => []), hidden: prompts.map(() => []) }
  const active = Int32Array.from(prompts.keys())
  const layout = makeSequenceLayout(lengths)
  let hidden = decoderPrefill(model, { tokens: Int32Array.from(prompts.flat()), layout, cache, adapter })
  for (let step = 0; step < count; step++) {
    const logits: tf.Tensor2D = tf.matMul(hidden, outputHead(model), false, true)
    const chosen = Int32Array.from(tf.tidy(() => tf.argMax(logits, 1)).dataSync())
    const values = hidden.dataSync() as Float32Array
    prompts.forEach((_, p) => {
      result.tokens[p].push(chosen[p])
      result.hidden[p].push(values.slice(p * hiddenSize, (p + 1) * hiddenSize))
    })
    tf.dispose([logits, hidden])
    if (step === count - 1) break
    const positions = Int32Array.from(prompts, (ids) => ids.length + step)
    hidden = decoderStep(model, { tokens: chosen, positions, active, cache, adapter })
  }
  cache.dispose()
  return result
}
