import type * as tf from '@tensorflow/tfjs-core'
import { FintuneError } from '../lib/FintuneError.js'
import type { NativeBackend } from './backends/NativeBackend.js'
import type { KvCache, KvCacheOptions } from './KvCache.js'
import { requireIndices } from './requireIndices.js'
import { requireShape } from './requireShape.js'

/**
 * Keys and values in the form the attention kernel reads, appended in place. A run is one prompt's or one sequence's
 * tokens: keys in panels (a sequence's first key in the lane that follows its prompt's last), values in padded rows.
 */
export function createKvCacheNative(backend: NativeBackend, options: KvCacheOptions): KvCache {
  const { layers, kvHeads, headDim, heads, prompts, sequences } = options
  const { addon } = backend
  const runs = layRuns(options, addon.panelWidth())
  const store = Array.from({ length: layers }, () => ({
    k: backend.allocate(runs.kFloats),
    v: backend.allocate(runs.vFloats),
  }))
  const lengths = new Int32Array(sequences.length)
  const promptRuns = Int32Array.from(prompts.flatMap(({ length }, p) => new Array<number>(length).fill(p)))
  const promptPositions = Int32Array.from(prompts.flatMap(({ length }) => Array.from({ length }, (_, i) => i)))
  const layerArguments = (layer: number) => {
    const { k, v } = store[layer]
    return [k, v, runs.kStart, runs.vStart, runs.lane, runs.capacity, heads, kvHeads, headDim] as const
  }

  return {
    storePrompt(layer, k, v) {
      requireShape('KvCache k', k, [promptRuns.length, kvHeads * headDim])
      requireShape('KvCache v', v, [promptRuns.length, kvHeads * headDim])
      addon.kvAppend(...layerArguments(layer), backend.floats(k), backend.floats(v), promptRuns, promptPositions)
    },
    attend(layer, q, k, v, active) {
      requireShape('KvCache q', q, [active.length, heads * headDim])
      requireShape('KvCache k', k, [active.length, kvHeads * headDim])
      requireIndices('KvCache active', active, sequences.length)
      const full = active.find((s) => lengths[s] >= sequences[s].maxNew)
      if (full !== undefined) {
        throw new FintuneError(
          `KvCache: sequence ${full} has room for ${sequences[full].maxNew} new tokens, all are used`,
        )
      }
      const promptRun = active.map((s) => sequences[s].prompt)
      const ownRun = active.map((s) => prompts.length + s)
      const position = active.map((s) => lengths[s])
      addon.kvAppend(...layerArguments(layer), backend.floats(k), backend.floats(v), ownRun, position)
      return backend.whole(() => {
        const y = backend.allocate(q.size)
        addon.kvAttend(
          ...layerArguments(layer),
          backend.floats(q),
          promptRun,
          ownRun,
          promptRun.map((p) => prompts[p].length),
          position.map((at) => at + 1),
          y,
        )
        return backend.tensor<tf.Tensor2D>(y, q.shape)
      })
    },
    advance(active) {
      active.forEach((s) => lengths[s]++)
    },
    dispose() {
      for (const { k, v } of store.splice(0)) {
        backend.release(k)
        backend.release(v)
      }
    },
  }
}

/** Where each run (the prompts, then the sequences) lies in a layer's two arrays; offsets in floats. */
function layRuns({ kvHeads, headDim, prompts, sequences }: KvCacheOptions, panelWidth: number) {
  const capacity = Int32Array.from([...prompts.map(({ length }) => length), ...sequences.map(({ maxNew }) => maxNew)])
  const lane = Int32Array.from([
    ...prompts.map(() => 0),
    ...sequences.map((s) => prompts[s.prompt].length % panelWidth),
  ])
  const padded = Math.ceil(headDim / panelWidth) * panelWidth
  const kStart = new Float64Array(capacity.length)
  const vStart = new Float64Array(capacity.length)
  let [kFloats, vFloats] = [0, 0]
  capacity.forEach((tokens, run) => {
    kStart[run] = kFloats
    vStart[run] = vFloats
    kFloats += Math.ceil((lane[run] + tokens) / panelWidth) * panelWidth * kvHeads * headDim
    vFloats += tokens * kvHeads * padded
  })
  return { capacity, lane, kStart, vStart, kFloats, vFloats }
}
