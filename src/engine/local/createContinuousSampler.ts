import { setImmediate } from 'node:timers/promises'
import * as tf from '@tensorflow/tfjs-core'
import type { KeyedRandom } from '../../lib/keyedRandom.js'
import { keyedRandom } from '../../lib/keyedRandom.js'
import { decoderPrefill } from '../../model/decoderPrefill.js'
import { decoderStep } from '../../model/decoderStep.js'
import { createKvCache } from '../../ops/createKvCache.js'
import type { KvCache } from '../../ops/KvCache.js'
import { logprobOf } from '../../ops/logprobOf.js'
import { makeSequenceLayout } from '../../ops/makeSequenceLayout.js'
import { checkSamplePrompt } from './checkSamplePrompt.js'
import { chooseToken } from './chooseToken.js'
import type { ContinuousSampler, SampleRequest } from './ContinuousSampler.js'
import { hasStopped } from './hasStopped.js'
import { joinKvCaches } from './joinKvCaches.js'
import { penalizeRepetition } from './penalizeRepetition.js'
import type { SamplerContext } from './sampleCompletions.js'
import { topTokens } from './topTokens.js'
import { visitLogits } from './visitLogits.js'
import { waveLimits } from './waveLimits.js'

/** A completion in the making. */
interface Growing {
  readonly job: Job
  readonly index: number
  readonly random: KeyedRandom
  readonly tokens: number[]
  finishReason: 'stop' | 'length' | null
}

/** A request from its arrival to its end. */
interface Job {
  readonly request: SampleRequest
  readonly maxNew: number
  readonly completions: readonly Growing[]
  readonly resolve: (reasons: ('stop' | 'length')[]) => void
  readonly reject: (reason: unknown) => void
  /** Keys and values; null while it waits, and once it has left. */
  cache: KvCache | null
}

/**
 * Samples for many callers at once (continuous batching). All unfinished completions take each step together; a
 * request's keys and values are a cache of its own, made when it is admitted and gone when it ends, so that requests
 * come and go freely. Kernels sum in one order whatever the batch, so nobody's completion depends on who else is served.
 */
export function createContinuousSampler(context: SamplerContext): ContinuousSampler {
  const { model } = context.weights
  const limits = waveLimits(model.config, context.kvCacheMiB)
  let waiting: Job[] = []
  let running: Job[] = []
  let looping = false

  async function loop(): Promise<void> {
    looping = true
    try {
      while (waiting.length + running.length > 0) {
        // New requests and their callers' aborts come in through the event loop.
        await setImmediate()
        dropAborted()
        const admitted = admit()
        if (admitted.length > 0) prefill(admitted)
        else if (running.length > 0) step(running)
        running = running.filter((job) => !settle(job))
      }
    } finally {
      looping = false
    }
  }

  function dropAborted(): void {
    for (const job of [...waiting, ...running]) {
      const { signal } = job.request.params
      if (signal?.aborted) fail(job, signal.reason)
    }
  }

  /** The longest-waiting requests that fit into memory beside the running ones; one alone always does. */
  function admit(): Job[] {
    const admitted: Job[] = []
    let cacheTokens = running.reduce((sum, job) => sum + cacheTokensOf(job), 0)
    let prefillTokens = 0
    while (waiting.length > 0) {
      const [job] = waiting
      cacheTokens += cacheTokensOf(job)
      prefillTokens += job.request.tokens.length
      const fits = cacheTokens <= limits.cacheTokens && prefillTokens <= limits.prefillTokens
      if (!fits && running.length + admitted.length > 0) break
      admitted.push(...waiting.splice(0, 1))
    }
    return admitted
  }

  /** Runs the prompts through the model, each into a cache of its own, and draws the first token of their completions. */
  function prefill(jobs: readonly Job[]): void {
    for (const job of jobs) {
      running.push(job)
      guard([job], () => {
        const { tokens } = job.request
        const { layers, heads, kvHeads, headDim } = model.config
        job.cache = createKvCache({
          ...{ layers, heads, kvHeads, headDim },
          prompts: [{ length: tokens.length }],
          sequences: job.completions.map(() => ({ prompt: 0, maxNew: job.maxNew })),
        })
        const layout = makeSequenceLayout([{ length: tokens.length }])
        const input = { tokens: Int32Array.from(tokens), layout, cache: job.cache, adapter: context.weights.adapter }
        draw(decoderPrefill(model, input), [job.completions])
      })
    }
  }

  /** One token of every unfinished completion. */
  function step(jobs: readonly Job[]): void {
    const rows = jobs.flatMap(unfinished)
    guard(jobs, () => {
      const cache = joinKvCaches(
        jobs.map((job) => ({ cache: job.cache!, active: Int32Array.from(unfinished(job), ({ index }) => index) })),
      )
      const hidden = decoderStep(model, {
        tokens: Int32Array.from(rows, ({ tokens }) => tokens[tokens.length - 1]),
        positions: Int32Array.from(rows, ({ job, tokens }) => job.request.tokens.length + tokens.length - 1),
        active: Int32Array.from(rows.keys()),
        cache,
        adapter: context.weights.adapter,
      })
      draw(
        hidden,
        rows.map((row) => [row]),
      )
    })
  }

  /** Draws a token of each completion from the row of hidden states it goes on from; disposes of them. */
  function draw(hidden: tf.Tensor2D, completionsOfRow: readonly (readonly Growing[])[]): void {
    const temperatures = completionsOfRow.map(([first]) => first.job.request.params.temperature || 1)
    try {
      visitLogits(model, hidden, temperatures, (row, logits, logSum) => {
        for (const completion of completionsOfRow[row]) {
          if (completion.job.cache !== null) addToken(completion, logits, logSum, temperatures[row])
        }
      })
    } finally {
      hidden.dispose()
    }
  }

  function addToken(completion: Growing, logits: Float32Array, logSum: number, temperature: number): void {
    const { job, tokens, index, random } = completion
    const { params, topLogprobs, onToken } = job.request
    const seen = params.repetitionPenalty === 1 ? [] : [...job.request.tokens, ...tokens]
    const token = chooseToken(penalizeRepetition(logits, seen, params.repetitionPenalty), params, random.uniform())
    tokens.push(token)
    const logprob = (id: number) => logprobOf(logits[id], logSum, temperature)
    const top = topTokens(logits, topLogprobs).map((id) => ({ token: id, logprob: logprob(id) }))
    guard([job], () => {
      const enough = onToken(index, { token, logprob: logprob(token), top }) === true
      if (enough || hasStopped(tokens, params, context.decode)) completion.finishReason = 'stop'
      else if (tokens.length >= job.maxNew) completion.finishReason = 'length'
    })
  }

  /** A failure is told to those it concerns; the others go on. */
  function guard(jobs: readonly Job[], work: () => void): void {
    try {
      work()
    } catch (error) {
      for (const job of jobs) fail(job, error)
    }
  }

  function fail(job: Job, reason: unknown): void {
    leave(job)
    job.reject(reason)
  }

  function settle(job: Job): boolean {
    if (unfinished(job).length > 0) return false
    leave(job)
    job.resolve(job.completions.map(({ finishReason }) => finishReason ?? 'length'))
    return true
  }

  function leave(job: Job): void {
    waiting = waiting.filter((other) => other !== job)
    running = running.filter((other) => other !== job)
    job.cache?.dispose()
    job.cache = null
  }

  return {
    sample: (request) =>
      new Promise((resolve, reject) => {
        request.params.signal?.throwIfAborted()
        checkSamplePrompt(request, 0, context)
        waiting.push(makeJob(request, context, resolve, reject))
        if (!looping) void loop()
      }),
    load: () => ({
      active: running.reduce((sum, job) => sum + unfinished(job).length, 0),
      waiting: waiting.length,
    }),
  }
}

function makeJob(
  request: SampleRequest,
  { maxLength }: SamplerContext,
  resolve: Job['resolve'],
  reject: Job['reject'],
): Job {
  const { params, key, tokens } = request
  const completions: Growing[] = []
  const maxNew = Math.min(params.maxTokens, maxLength - tokens.length)
  const job: Job = { request, maxNew, completions, resolve, reject, cache: null }
  for (let index = 0; index < params.numGenerations; index++) {
    completions.push({ job, index, random: keyedRandom(params.seed, ...key, index), tokens: [], finishReason: null })
  }
  return job
}

const unfinished = (job: Job) => job.completions.filter(({ finishReason }) => finishReason === null)

const cacheTokensOf = ({ request, maxNew, completions }: Job) => request.tokens.length + completions.length * maxNew
