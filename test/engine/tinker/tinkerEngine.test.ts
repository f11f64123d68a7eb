import '../../helpers/seedProperties.js'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { AdamParams, SampleParams, TrainGroup } from '../../../src/engine/Engine.js'
import { EngineLostError } from '../../../src/engine/EngineLostError.js'
import type { LossSpec, PolicyLossSpec } from '../../../src/engine/loss/LossSpec.js'
import { lossOf } from '../../../src/engine/loss/lossOf.js'
import { createTinkerEngine } from '../../../src/engine/tinker/createTinkerEngine.js'
import type { TinkerEngineOptions } from '../../../src/engine/tinker/TinkerEngineOptions.js'
import { wireBatch } from '../../../src/engine/tinker/wireBatch.js'
import { keyedRandom } from '../../../src/lib/keyedRandom.js'
import { temporaryFolder } from '../../helpers/temporaryFolder.js'
import { SimulatedServer, type SimulatedServerOptions } from './simulatedServer.js'
import { plainSampling } from '../plainSampling.js'

const adam: AdamParams = {
  learningRate: 0.05,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0,
  decayExclude: 'none',
  maxGradNorm: 0,
}
const sampling: SampleParams = { ...plainSampling, numGenerations: 4, maxTokens: 6, seed: 3 }

async function start(options: SimulatedServerOptions = {}, engineOptions: Partial<TinkerEngineOptions> = {}) {
  const server = new SimulatedServer(options)
  const url = await server.listen()
  const said: string[] = []
  const engine = createTinkerEngine({
    url,
    baseModel: 'simulated',
    apiKey: null,
    adapter: { rank: 8, alpha: 32, targets: ['q_proj', 'gate_proj'] },
    seed: 1,
    vocabSize: 32,
    maxLength: 200_000,
    parameters: 0,
    trainableParameters: 0,
    reduction: 'auto',
    maxInFlight: 64,
    patienceMs: 2_000,
    say: (message) => said.push(message),
    ...engineOptions,
  })
  onTestFinished(async () => {
    await engine.close()
    await server.close()
  })
  return { server, engine, said, url }
}

const sft = (groups: readonly TrainGroup[], aggregation: 'token' | 'sequence' = 'token'): LossSpec => ({
  type: 'crossEntropy',
  aggregation,
  denominator: groups.reduce((sum, { completions }) => sum + completions.reduce((s, c) => s + c.tokens.length, 0), 0),
  sequences: groups.reduce((sum, { completions }) => sum + completions.length, 0),
})

const lesson: TrainGroup[] = [
  { prompt: [1, 2], completions: [{ tokens: [3, 4, 5] }] },
  { prompt: [7], completions: [{ tokens: [8, 9, 10, 11, 12] }] },
]

describe('the gradient is ours, whatever the server makes of tokens', () => {
  const policy = (change: Partial<PolicyLossSpec>, groups: readonly TrainGroup[]): PolicyLossSpec => ({
    type: 'policy',
    lossType: 'dapo',
    importanceSamplingLevel: 'token',
    beta: 0,
    klBiasCorrection: false,
    epsilonLow: 0.2,
    epsilonHigh: 0.28,
    delta: null,
    temperature: 1,
    truncatedImportanceSampling: null,
    denominators: {
      sequences: groups.reduce((sum, { completions }) => sum + completions.length, 0),
      tokens: groups.reduce((sum, { completions }) => sum + completions.reduce((s, c) => s + c.tokens.length, 0), 0),
      maxCompletionLength: 9,
      microBatchShare: 1,
    },
    ...change,
  })
  const losses: [string, (groups: readonly TrainGroup[]) => LossSpec][] = [
    ['sft', (groups) => sft(groups)],
    ['sft by sequence', (groups) => sft(groups, 'sequence')],
    ...(['grpo', 'bnpo', 'dr_grpo', 'dapo', 'sapo', 'vespo', 'luspo'] as const).map(
      (lossType): [string, (groups: readonly TrainGroup[]) => LossSpec] => [lossType, (g) => policy({ lossType }, g)],
    ),
    ['cispo', (g) => policy({ lossType: 'cispo', epsilonHigh: 5 }, g)],
    ['gspo', (g) => policy({ lossType: 'grpo', importanceSamplingLevel: 'sequence' }, g)],
    ['dual clip', (g) => policy({ delta: 1.5 }, g)],
    ['truncated importance sampling', (g) => policy({ truncatedImportanceSampling: 1.2 }, g)],
  ]

  const token = fc.integer({ min: 0, max: 31 })
  const completion = fc.array(token, { minLength: 1, maxLength: 6 }).chain((tokens) =>
    fc.record({
      tokens: fc.constant(tokens),
      advantage: fc.constantFrom(-1.3, 0, 0.4, 2),
      oldLogprobs: fc.array(fc.double({ min: -4, max: -1, noNaN: true }), {
        minLength: tokens.length,
        maxLength: tokens.length,
      }),
      samplerLogprobs: fc.array(fc.double({ min: -4, max: -1, noNaN: true }), {
        minLength: tokens.length,
        maxLength: tokens.length,
      }),
    }),
  )
  const groups = fc.array(
    fc.record({
      prompt: fc.array(token, { minLength: 1, maxLength: 4 }),
      completions: fc.array(completion, { minLength: 1, maxLength: 3 }),
    }),
    { minLength: 1, maxLength: 3 },
  )

  describe.each(['sequenceMean', 'tokenSum'] as const)('%s', (reduction) => {
    test.each(losses)('%s', async (_, specOf) => {
      const { server, engine } = await start({ reduction }, { reduction })
      await fc.assert(
        fc.asyncProperty(groups, async (batch) => {
          const spec = specOf(batch)
          const { loss } = await engine.forwardBackward(batch, spec)
          await engine.optimStep({ ...adam, learningRate: 0 })
          // What the loss asks for: Σ c·∇log p, with c its own gradient at the table's log p.
          const { sequences, rows } = wireBatch(batch)
          const measured = sequences.map(({ inputs, targets, places }) =>
            places.map((place) => (place < 0 ? 0 : server.row(inputs[place]).logprobs[targets[place]])),
          )
          const expected = lossOf(rows(measured), spec)
          const gradient = new Float64Array(32 * 32)
          sequences.forEach(({ inputs, targets, places }, i) =>
            places.forEach((place, t) => {
              if (place < 0) return
              const { probabilities } = server.row(inputs[place])
              probabilities.forEach((probability, j) => {
                gradient[inputs[place] * 32 + j] +=
                  expected.gradient[i][t] * (Number(j === targets[place]) - probability)
              })
            }),
          )
          expect(loss).toBeCloseTo(expected.loss, 9)
          const furthest = gradient.reduce(
            (most, value, i) => Math.max(most, Math.abs(value - server.lastGradient[i])),
            0,
          )
          expect(furthest).toBeLessThan(1e-9)
        }),
        { numRuns: 8 },
      )
    })
  })

  test('micro-batches add up, and those without a gradient still count', async () => {
    const { server, engine } = await start()
    const batch: TrainGroup[] = [
      {
        prompt: [1],
        completions: [
          { tokens: [2, 3], advantage: 1 },
          { tokens: [4], advantage: 0 },
        ],
      },
      {
        prompt: [5],
        completions: [
          { tokens: [6, 7, 8], advantage: -1 },
          { tokens: [9], advantage: 0 },
        ],
      },
    ].map(({ prompt, completions }) => ({
      prompt,
      completions: completions.map((c) => ({ ...c, samplerLogprobs: c.tokens.map(() => -2) })),
    }))
    const spec = policy({}, batch)
    await engine.forwardBackward(batch, spec)
    await engine.optimStep({ ...adam, learningRate: 0 })
    const whole = server.lastGradient
    for (const group of batch) await engine.forwardBackward([group], spec)
    await engine.optimStep({ ...adam, learningRate: 0 })
    whole.forEach((value, i) => expect(server.lastGradient[i]).toBeCloseTo(value, 12))
    expect(whole.some((value) => value !== 0)).toBe(true)
  })
})

describe('what a server does is measured, not assumed', () => {
  test('a reduction that nobody knows stops the run before a step', async () => {
    const { server, engine } = await start({ reduction: 'other' })
    await expect(engine.forwardBackward(lesson, sft(lesson))).rejects.toThrow(
      /weighs tokens in a way that is not known/,
    )
    expect(server.counts['forward_backward']).toBeGreaterThan(0)
  })

  test('a server that tells no gradient norm needs the recipe to say it', async () => {
    const { engine } = await start({ tellsGradNorm: false })
    await expect(engine.forwardBackward(lesson, sft(lesson))).rejects.toThrow(/engine\.reduction/)
    const told = await start({ tellsGradNorm: false }, { reduction: 'sequenceMean' })
    await told.engine.forwardBackward(lesson, sft(lesson))
    expect((await told.engine.optimStep(adam)).gradNorm).toBeNaN()
  })

  test('another base model, or another alpha, is refused with the one that is served', async () => {
    const { engine } = await start({}, { adapter: { rank: 8, alpha: 16, targets: [] } })
    await expect(engine.forwardBackward(lesson, sft(lesson))).rejects.toThrow(/model\.adapter\.alpha: found 16/)
  })

  test('where numbers are bfloat16, a beta that is 1 there is refused before a step, and the probe itself makes no NaN', async () => {
    const { server, engine } = await start({ bfloat16: true })
    const { loss } = await engine.forwardBackward(lesson, sft(lesson))
    const { steps } = server
    await expect(engine.optimStep(adam)).rejects.toThrow(/optimizer\.beta2: found 0\.999.*0\.95/)
    expect(server.steps).toBe(steps)
    const { gradNorm } = await engine.optimStep({ ...adam, beta2: 0.95 })
    expect(gradNorm).toBeGreaterThan(0)
    expect((await engine.forward(lesson, sft(lesson))).loss).toBeLessThan(loss)
    const fine = await start()
    await fine.engine.forwardBackward(lesson, sft(lesson))
    await fine.engine.optimStep(adam)
  })

  test('a sampler that never gets the new weights is found at the second sync', async () => {
    const { engine } = await start({ syncsNothing: true })
    await engine.sample([{ tokens: [1], key: [0] }], sampling)
    const round = async () => {
      await engine.forwardBackward(lesson, sft(lesson))
      await engine.optimStep(adam)
      await engine.syncSampler()
    }
    await round()
    await expect(round()).rejects.toThrow(/sampler does not get the trained weights/)
  })
})

describe('sampling', () => {
  test('hangs on the key alone, reports log p at temperature 1, ends at a stop token', async () => {
    const { server, engine } = await start()
    const prompts = [1, 2, 3].map((token) => ({ tokens: [token], key: ['p', token] }))
    const all = await engine.sample(prompts, { ...sampling, temperature: 0.5 })
    const [alone] = await engine.sample([prompts[2]], { ...sampling, temperature: 0.5 })
    expect(all[2]).toEqual(alone)
    const { tokens, logprobs } = all[0][0]
    expect(logprobs[0]).toBeCloseTo(server.row(1).logprobs[tokens[0]], 12)
    const stops = await engine.sample(prompts, { ...sampling, maxTokens: 200, stopTokenIds: [5] })
    for (const completion of stops.flat()) {
      expect(completion.tokens.at(-1) === 5).toBe(completion.finishReason === 'stop')
      expect(completion.tokens.slice(0, -1)).not.toContain(5)
    }
  })

  test('a thousand requests on their way, and never more than the recipe allows', async () => {
    const prompts = Array.from({ length: 1000 }, (_, i) => ({ tokens: [i % 32], key: [i] }))
    // The server answers none before all have come.
    const { server, engine } = await start({ gather: 1000 }, { maxInFlight: 1000, reduction: 'tokenSum' })
    const groups = await engine.sample(prompts, { ...sampling, numGenerations: 1, maxTokens: 2 })
    expect(groups.length).toBe(1000)
    expect(server.mostInFlight).toBeGreaterThanOrEqual(1000)
    const few = await start({}, { maxInFlight: 10 })
    await few.engine.sample(prompts.slice(0, 100), { ...sampling, numGenerations: 1, maxTokens: 2 })
    expect(few.server.mostInFlight).toBeLessThanOrEqual(11) // a heartbeat beside them
  }, 60_000)

  test('a batch of 100,000 tokens', async () => {
    const { engine } = await start()
    const tokens = Array.from({ length: 10_000 }, (_, i) => (i * 7) % 32)
    const batch = Array.from({ length: 10 }, () => ({ prompt: [1], completions: [{ tokens }] }))
    const { lossTokens, loss } = await engine.forwardBackward(batch, sft(batch))
    expect(lossTokens).toBe(100_000)
    expect(loss).toBeGreaterThan(0)
  }, 20_000)

  test.each([
    [[], /empty/],
    [[99], /holds token 99/],
  ])('a prompt that would break a server is not sent: %j', async (tokens, message) => {
    const { server, engine } = await start()
    await expect(engine.sample([{ tokens, key: [0] }], sampling)).rejects.toThrow(message)
    expect(server.counts['asample']).toBeUndefined()
  })
})

test.each(['sequenceMean', 'tokenSum'] as const)(
  'a server that asks for protobuf (%s) gets it, and trains and samples as with JSON',
  async (reduction) => {
    const run = async (protobuf: boolean) => {
      const { server, engine } = await start({ reduction, protobuf })
      const found: number[] = []
      for (let step = 0; step < 3; step++) {
        found.push((await engine.forwardBackward(lesson, sft(lesson))).loss)
        await engine.optimStep(adam)
        await engine.syncSampler() // reads prompt log p
        const [completions] = await engine.sample([{ tokens: [1], key: [step] }], { ...sampling, stopTokenIds: [5] })
        found.push(...completions.flatMap(({ tokens, logprobs }) => [...tokens, ...logprobs]))
      }
      return { found, server }
    }
    const [json, protobuf] = [await run(false), await run(true)]
    expect(json.server.protobufs).toEqual({ bodies: 0, results: 0 })
    const { bodies, results } = protobuf.server.protobufs
    expect([bodies > 10, results > bodies]).toEqual([true, true])
    expect(protobuf.found.length).toBe(json.found.length)
    protobuf.found.forEach((value, i) => expect(value).toBeCloseTo(json.found[i], 4)) // float32 on the wire
  },
)

describe('faults', () => {
  /** Trains four steps and gives the loss of each. */
  async function trainFour(options: SimulatedServerOptions) {
    const { server, engine, said } = await start(options)
    const losses: number[] = []
    for (let step = 0; step < 4; step++) {
      losses.push((await engine.forwardBackward(lesson, sft(lesson))).loss)
      await engine.optimStep(adam)
      await engine.syncSampler()
      await engine.sample([{ tokens: [1], key: [step] }], sampling)
    }
    return { losses, server, said }
  }

  test('429, 503, 408 and a server that is slow to answer change nothing', async () => {
    const calm = await trainFour({})
    const rough = await trainFour({
      fault: (endpoint, count) => {
        if (count % 3 === 1) return { status: 429, headers: { 'retry-after': '0' } }
        if (endpoint === 'retrieve_future' && count % 5 === 2) return { status: 408 }
        if (count % 7 === 3) return { status: 503, headers: { 'retry-after': '0' } }
        return null
      },
    })
    expect(rough.losses).toEqual(calm.losses)
    expect(rough.server.steps).toBe(calm.server.steps)
  }, 20_000)

  test('connections that break while a result is waited for, and a sample’s future that is lost, change nothing', async () => {
    const calm = await trainFour({})
    const asks = keyedRandom('breaks')
    let lost = 0
    const rough = await trainFour({
      fault: (endpoint, count) => {
        if (endpoint === 'retrieve_future' && asks.uniform() < 0.2) return 'reset after'
        return endpoint === 'asample' && count === 1 && lost++ === 0 ? 'lose future' : null
      },
    })
    expect(rough.losses).toEqual(calm.losses)
    expect(rough.server.steps).toBe(calm.server.steps)
  }, 20_000)

  test('a server that closes idle connections just as they are used again: nothing is lost, nothing runs twice', async () => {
    const calm = await trainFour({})
    const rough = await trainFour({ closesIdle: true })
    expect(rough.losses).toEqual(calm.losses)
    expect(rough.server.steps).toBe(calm.server.steps)
    expect(rough.server.counts).toEqual(calm.server.counts)
    expect(rough.server.stale).toBeGreaterThan(10)
    expect(rough.said.filter((line) => line.includes('does not answer'))).toEqual([])
  }, 20_000)

  test.each(['forward_backward', 'optim_step'])(
    'a %s of which nobody knows whether it arrived is not sent twice: the engine says that it is lost',
    async (broken) => {
      const at = broken === 'optim_step' ? 9 : 9
      const { engine } = await start({
        fault: (endpoint, count) => (endpoint === broken && count >= at ? 'reset after' : null),
      })
      const train = async () => {
        for (let step = 0; step < 12; step++) {
          await engine.forwardBackward(lesson, sft(lesson))
          await engine.optimStep(adam)
        }
      }
      await expect(train()).rejects.toThrow(EngineLostError)
    },
  )

  test('a server that knows repeated requests is sent them again', async () => {
    const calm = await trainFour({ dedupes: true })
    let breaks = 0
    const rough = await trainFour({
      dedupes: true,
      fault: (endpoint) => (/forward_backward|optim_step/.test(endpoint) && breaks++ % 4 === 3 ? 'reset after' : null),
    })
    expect(rough.losses).toEqual(calm.losses)
    expect(rough.server.steps).toBe(calm.server.steps)
  }, 20_000)

  test('a model the server lost is an error that says so, and a checkpoint brings it back', async () => {
    const { server, engine } = await start()
    const folder = await temporaryFolder()
    await engine.forwardBackward(lesson, sft(lesson))
    await engine.optimStep(adam)
    await engine.saveState(folder)
    const before = await engine.forward(lesson, sft(lesson))
    server.forgetModels()
    await expect(engine.forwardBackward(lesson, sft(lesson))).rejects.toThrow(/no longer has what this run left/)
    await engine.loadState(folder)
    expect((await engine.forward(lesson, sft(lesson))).loss).toBe(before.loss)
  })

  test('a server that is away for too long ends the call with what to do', async () => {
    const { server, engine, said } = await start({}, { patienceMs: 300 })
    await engine.forwardBackward(lesson, sft(lesson))
    await server.close()
    await expect(engine.forward(lesson, sft(lesson))).rejects.toThrow(/Start the server or mend the way to it/)
    expect(said.join()).toContain('does not answer')
  })

  test('an abort ends the wait with its own reason; the next step has none of the dropped gradients', async () => {
    const { server, engine } = await start({ delayMs: 5 })
    await engine.forwardBackward(lesson, sft(lesson))
    await engine.optimStep({ ...adam, learningRate: 0 })
    const clean = server.lastGradient
    await engine.forwardBackward(lesson, sft(lesson))
    const stop = new AbortController()
    const call = engine.forwardBackward(lesson, sft(lesson), stop.signal)
    stop.abort(new Error('stopped by a signal'))
    await expect(call).rejects.toThrow('stopped by a signal')
    await engine.dropGradients()
    await engine.forwardBackward(lesson, sft(lesson))
    await engine.optimStep({ ...adam, learningRate: 0 })
    clean.forEach((value, i) => expect(server.lastGradient[i]).toBeCloseTo(value, 12))
  })
})

test('the reference stays as the stage began, the optimizer forgets when told', async () => {
  const { engine } = await start()
  await engine.forwardBackward(lesson, sft(lesson))
  await engine.optimStep(adam)
  await engine.setReference()
  const [[before]] = await engine.groupLogprobs(lesson, { weights: 'reference', temperature: 1 })
  await engine.forwardBackward(lesson, sft(lesson))
  await engine.optimStep(adam)
  const [[policy]] = await engine.groupLogprobs(lesson, { weights: 'policy', temperature: 1 })
  const [[reference]] = await engine.groupLogprobs(lesson, { weights: 'reference', temperature: 1 })
  expect(reference).toEqual(before)
  expect(policy).not.toEqual(before)
})
