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
import { joinKvCaches } from './joinKvCaches.js'
import { penalizeRepetition } from './penalizeRepetition.js'
import type { PlannedWave } from './planWaves.js'
import type { SamplerContext } from './sampleCompletions.js'
import { visitLogits } from './visitLogits.js'

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

/** A wave that is being sampled: its keys and values, and which of its sequences (by place in the cache) go on. */
interface RunningWave {
  readonly sequences: readonly SampledSequence[]
  readonly cache: KvCache
  readonly cacheTokens: number
  active: Int32Array
}

/**
 * Samples waves of sequences to their ends, in place. A wave's prompts go through the model once; then all unfinished
 * sequences of all running waves take each step together. A wave that is finished makes room for the next, while
 * the others go on. Between tokens the event loop gets its turn.
 *
 * @param cacheTokens tokens that may have keys and values in memory at once; one wave always may run
 */
export async function sampleWaves(
  context: SamplerContext,
  promptTokens: readonly (readonly number[])[],
  sequences: readonly SampledSequence[],
  waves: readonly PlannedWave[],
  cacheTokens: number,
  params: SampleParams,
): Promise<void> {
  const waiting = [...waves]
  const progress = { tokens: 0, finished: 0, sequences: sequences.length }
  let running: RunningWave[] = []
  const draw = (hidden: tf.Tensor2D, ofRow: readonly (readonly SampledSequence[])[]) => {
    addTokens(context, hidden, ofRow, promptTokens, params)
    for (const wave of running) {
      const before = wave.active.length
      wave.active = wave.active.filter((s) => !isFinished(wave.sequences[s], context, params))
      progress.finished += before - wave.active.length
      if (wave.active.length === 0) wave.cache.dispose()
    }
    progress.tokens += ofRow.reduce((sum, row) => sum + row.length, 0)
    running = running.filter(({ active }) => active.length > 0)
    params.onProgress?.({ ...progress })
  }
  try {
    while (waiting.length + running.length > 0) {
      await setImmediate()
      params.signal?.throwIfAborted()
      const held = running.reduce((sum, wave) => sum + wave.cacheTokens, 0)
      if (waiting.length > 0 && (running.length === 0 || held + waiting[0].cacheTokens <= cacheTokens)) {
        const wave = waiting.shift()!
        const own = wave.sequences.map((s) => sequences[s])
        const used = [...new Set(own.map(({ prompt }) => prompt))]
        const prompts = used.map((prompt) => promptTokens[prompt])
        const cache = makeCache(context, prompts, own, used)
        running.push({ sequences: own, cache, cacheTokens: wave.cacheTokens, active: Int32Array.from(own.keys()) })
        draw(
          prefill(context, prompts, cache),
          used.map((prompt) => own.filter((sequence) => sequence.prompt === prompt)),
        )
      } else {
        const rows = running.flatMap((wave) => Array.from(wave.active, (s) => wave.sequences[s]))
        draw(
          step(context, running, rows, promptTokens),
          rows.map((row) => [row]),
        )
      }
    }
  } finally {
    for (const { cache } of running) cache.dispose()
  }
}

function makeCache(
  { weights: { model } }: SamplerContext,
  prompts: readonly (readonly number[])[],
  sequences: readonly SampledSequence[],
  used: readonly number[],
): KvCache {
  const { layers, heads, kvHeads, headDim } = model.config
  return createKvCache({
    ...{ layers, heads, kvHeads, headDim },
    prompts: prompts.map(({ length }) => ({ length })),
    sequences: sequences.map(({ prompt, maxNew }) => ({ prompt: used.indexOf(prompt), maxNew })),
  })
}

/** Hidden states of each prompt's last token. */
function prefill({ weights }: SamplerContext, prompts: readonly (readonly number[])[], cache: KvCache): tf.Tensor2D {
  const layout = makeSequenceLayout(prompts.map(({ length }) => ({ length })))
  return decoderPrefill(weights.model, {
    tokens: Int32Array.from(prompts.flat()),
    layout,
    cache,
    adapter: weights.adapter,
  })
}

/** One token of every unfinished sequence. */
function step(
  { weights }: SamplerContext,
  waves: readonly RunningWave[],
  rows: readonly SampledSequence[],
  promptTokens: readonly (readonly number[])[],
): tf.Tensor2D {
  return decoderStep(weights.model, {
    tokens: Int32Array.from(rows, ({ tokens }) => tokens[tokens.length - 1]),
    positions: Int32Array.from(rows, ({ prompt, tokens }) => promptTokens[prompt].length + tokens.length - 1),
    active: Int32Array.from(rows.keys()),
    cache: joinKvCaches(waves),
    adapter: weights.adapter,
  })
}

/** Draws the next token of each sequence from the row of hidden states it goes on from; frees these. */
function addTokens(
  { weights }: SamplerContext,
  hidden: tf.Tensor2D,
  ofRow: readonly (readonly SampledSequence[])[],
  promptTokens: readonly (readonly number[])[],
  params: SampleParams,
): void {
  const temperature = params.temperature === 0 ? 1 : params.temperature
  const temperatures = ofRow.map(() => temperature)
  try {
    visitLogits(weights.model, hidden, temperatures, (row, logits, logSum) => {
      for (const sequence of ofRow[row])
        addToken(sequence, logits, logSum, promptTokens[sequence.prompt], temperature, params)
    })
  } finally {
    hidden.dispose()
  }
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
