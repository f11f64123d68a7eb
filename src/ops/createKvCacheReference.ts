import * as tf from '@tensorflow/tfjs-core'
import { FintuneError } from '../lib/FintuneError.js'
import type { AttentionShape } from './AttentionShape.js'
import type { KvCache, KvCacheOptions } from './KvCache.js'
import { requireIndices } from './requireIndices.js'
import { requireShape } from './requireShape.js'

/** Keys and values of one layer; row r of a prompt or sequence at its offset. */
interface Layer {
  readonly k: Float32Array
  readonly v: Float32Array
}

/** The definition, in plain loops over arrays: one new token a sequence is too little work for tensor ops. */
export function createKvCacheReference(options: KvCacheOptions): KvCache {
  const { layers, kvHeads, headDim, heads, prompts, sequences } = options
  const width = kvHeads * headDim
  const promptOffsets = offsets(prompts.map((prompt) => prompt.length))
  const promptTokens = promptOffsets[prompts.length]
  const ownOffsets = offsets(sequences.map((sequence) => sequence.maxNew)).map((offset) => offset + promptTokens)
  const size = ownOffsets[sequences.length] * width
  const store: Layer[] = Array.from({ length: layers }, () => ({
    k: new Float32Array(size),
    v: new Float32Array(size),
  }))
  const lengths = new Int32Array(sequences.length)

  return {
    storePrompt(layer, k, v) {
      requireShape('KvCache k', k, [promptTokens, width])
      requireShape('KvCache v', v, [promptTokens, width])
      store[layer].k.set(k.dataSync())
      store[layer].v.set(v.dataSync())
    },
    attend(layer, q, k, v, active) {
      requireShape('KvCache q', q, [active.length, heads * headDim])
      requireIndices('KvCache active', active, sequences.length)
      const [qs, ks, vs] = [q.dataSync() as Float32Array, k.dataSync(), v.dataSync()]
      const out = new Float32Array(active.length * heads * headDim)
      active.forEach((s, row) => {
        if (lengths[s] >= sequences[s].maxNew) {
          throw new FintuneError(`KvCache: sequence ${s} has room for ${sequences[s].maxNew} new tokens, all are used`)
        }
        const at = (ownOffsets[s] + lengths[s]) * width
        store[layer].k.set(ks.subarray(row * width, (row + 1) * width), at)
        store[layer].v.set(vs.subarray(row * width, (row + 1) * width), at)
        const prompt = sequences[s].prompt
        const keys = [
          ...range(promptOffsets[prompt], promptOffsets[prompt + 1]),
          ...range(ownOffsets[s], ownOffsets[s] + lengths[s] + 1),
        ]
        const slice = (x: Float32Array) => x.subarray(row * heads * headDim, (row + 1) * heads * headDim)
        attendRow(slice(qs), store[layer], keys, options, slice(out))
      })
      return tf.tensor2d(out, [active.length, heads * headDim])
    },
    advance(active) {
      active.forEach((s) => lengths[s]++)
    },
    dispose() {
      store.length = 0
    },
  }
}

/** One token's attention over the given rows of keys and values, all heads; q and out [heads · headDim]. */
function attendRow(q: Float32Array, layer: Layer, keys: number[], shape: AttentionShape, out: Float32Array): void {
  const { heads, kvHeads, headDim } = shape
  for (let head = 0; head < heads; head++) {
    const column = Math.floor(head / (heads / kvHeads)) * headDim
    const at = (key: number) => key * kvHeads * headDim + column
    const scores = keys.map((key) => {
      let dot = 0
      for (let d = 0; d < headDim; d++) dot += q[head * headDim + d] * layer.k[at(key) + d]
      return dot / Math.sqrt(headDim)
    })
    const max = scores.reduce((a, b) => Math.max(a, b), -Infinity)
    const weights = scores.map((score) => Math.exp(score - max))
    const sum = weights.reduce((a, b) => a + b, 0)
    for (let d = 0; d < headDim; d++) {
      let mixed = 0
      for (let j = 0; j < keys.length; j++) mixed += weights[j] * layer.v[at(keys[j]) + d]
      out[head * headDim + d] = mixed / sum
    }
  }
}

function offsets(lengths: readonly number[]): number[] {
  const sums = [0]
  for (const length of lengths) sums.push(sums[sums.length - 1] + length)
  return sums
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i)
}
