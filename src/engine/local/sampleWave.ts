import { setImmediate } from 'node:timers/promises'
import type * as tf from '@tensorflow/tfjs-core'
import type { KeyedRandom } from '../../lib/keyedRandom.js'
import { decoderPrefill } from '../../model/decoderPrefill.js'
import { decoderStep } from '../../model/decoderStep.js'
import { createKvCache } from '../../ops/createKvCache.js'
import type { KvCache } from '../../ops/KvCache.js'
import { logprobOf } from '../../ops/logprobOf.js'
import { makeSequenceLayout } from '../../ops/makeSequenceLayout.js'
import type { SampleParams } from '../Engine.js'
import { chooseToken } from './chooseToken.js'
import { hasStopped } from './hasStopped.js'
import { penalizeRepetition } from './penalizeRepetition.js'
import type { SamplerContext } from './sampleCompletions.js'
import { visitLogits } from './visitLogits.js'
import type { Weights } from './Weights.js'

/** A completion in the making. */
export interface SampledSequence {
  /** Index of the prompt it continues. */
  readonly prompt: number
  readonly maxNew: number
  readonly random: KeyedRandom
  readonly tokens: number[]
  readonly logprobs: number[]
  finishReason: 'stop' | 'length'
}

/**
 * Samples a wave of sequences to their ends, in place: the prompts go through the model once, then one token of every
 * unfinished sequence at a time. Between tokens the event loop gets its turn.
 */
export async function sampleWave(
  context: SamplerContext,
  promptTokens: readonly (readonly number[])[],
  sequences: readonly SampledSequence[],
  params: SampleParams,
  progress: { tokens: number; finished: number; sequences: number },
): Promise<void> {
  const used = [...new Set(sequences.map(({ prompt }) => prompt))]
  const prompts = used.map((index) => promptTokens[index])
  const place = new Map(used.map((index, i) => [index, i]))
  const cache = makeCache(context.weights, prompts, sequences, place)
  let active = Int32Array.from(sequences.keys())
  let hidden: tf.Tensor2D | null = null
  let rows = Int32Array.from(sequences, ({ prompt }) => place.get(prompt)!)
  try {
    hidden = prefill(context.weights, prompts, cache)
    for (;;) {
      params.signal?.throwIfAborted()
      addTokens(context.weights, hidden, rows, active, sequences, promptTokens, params)
      progress.tokens += active.length
      const before = active.length
      active = active.filter((s) => !isFinished(sequences[s], context, params))
      progress.finished += before - active.length
      params.onProgress?.({ ...progress })
      if (active.length === 0) return
      await setImmediate()
      hidden.dispose()
      hidden = step(context.weights, cache, active, sequences, promptTokens)
      rows = Int32Array.from(active.keys())
    }
  } finally {
    hidden?.dispose()
    cache.dispose()
  }
}

function makeCache(
  { model }: Weights,
  prompts: readonly (readonly number[])[],
  sequences: readonly SampledSequence[],
  place: ReadonlyMap<number, number>,
): KvCache {
  const { layers, heads, kvHeads, headDim } = model.config
  return createKvCache({
    ...{ layers, heads, kvHeads, headDim },
    prompts: prompts.map(({ length }) => ({ length })),
    sequences: sequences.map(({ prompt, maxNew }) => ({ prompt: place.get(prompt)!, maxNew })),
  })
}

function prefill({ model, adapter }: Weights, prompts: readonly (readonly number[])[], cache: KvCache): tf.Tensor2D {
  const layout = makeSequenceLayout(prompts.map(({ length }) => ({ length })))
  return decoderPrefill(model, { tokens: Int32Array.from(prompts.flat()), layout, cache, adapter })
}

function step(
  { model, adapter }: Weights,
  cache: KvCache,
  active: Int32Array,
  sequences: readonly SampledSequence[],
  promptTokens: readonly (readonly number[])[],
): tf.Tensor2D {
  const tokens = active.map((s) => sequences[s].tokens[sequences[s].tokens.length - 1])
  const positions = active.map((s) => promptTokens[sequences[s].prompt].length + sequences[s].tokens.length - 1)
  return decoderStep(model, { tokens, positions, active, cache, adapter })
}

/** Draws the next token of every active sequence from its row of hidden states. */
function addTokens(
  { model }: Weights,
  hidden: tf.Tensor2D,
  rows: Int32Array,
  active: Int32Array,
  sequences: readonly SampledSequence[],
  promptTokens: readonly (readonly number[])[],
  params: SampleParams,
): void {
  const temperature = params.temperature === 0 ? 1 : params.temperature
  const ofRow = Array.from({ length: hidden.shape[0] }, (): SampledSequence[] => [])
  active.forEach((s, i) => ofRow[rows[i]].push(sequences[s]))
  visitLogits(
    model,
    hidden,
    ofRow.map(() => temperature),
    (row, logits, logSum) => {
      for (const sequence of ofRow[row])
        addToken(sequence, logits, logSum, promptTokens[sequence.prompt], temperature, params)
    },
  )
}

function addToken(
  sequence: SampledSequence,
  logits: Float32Array,
  logSum: number,
  prompt: readonly number[],
  temperature: number,
  params: SampleParams,
): void {
  const seen = params.repetitionPenalty === 1 ? [] : [...prompt, ...sequence.tokens]
  const uniform = sequence.random.uniform()
  const token = chooseToken(penalizeRepetition(logits, seen, params.repetitionPenalty), params, uniform)
  sequence.tokens.push(token)
  sequence.logprobs.push(logprobOf(logits[token], logSum, temperature))
}

function isFinished(sequence: SampledSequence, { decode }: SamplerContext, params: SampleParams): boolean {
  if (hasStopped(sequence.tokens, params, decode)) sequence.finishReason = 'stop'
  return sequence.finishReason === 'stop' || sequence.tokens.length >= sequence.maxNew
}
