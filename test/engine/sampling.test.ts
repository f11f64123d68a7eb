import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Engine, SampleParams } from '../../src/engine/Engine.js'
import { createLocalEngine } from '../../src/engine/local/createLocalEngine.js'
import { hasStopped } from '../../src/engine/local/hasStopped.js'
import { planWaves } from '../../src/engine/local/planWaves.js'
import { splitMicroBatches } from '../../src/engine/splitMicroBatches.js'
import { readGolden } from './readGolden.js'
import { tinyQwen2 } from './tinyModel.js'
import { plainSampling } from './plainSampling.js'

const params: SampleParams = { ...plainSampling, numGenerations: 1, maxTokens: 6, seed: 3 }
/** Token 65 reads A, 66 B, … */
const decode = (tokens: readonly number[]) => tokens.map((token) => String.fromCharCode(token)).join('')

describe('sampling from the local engine', () => {
  let engine: Engine
  beforeAll(async () => {
    engine = await createLocalEngine({ ...tinyQwen2, decode })
  })
  afterAll(() => engine.close())

  it('greedy: the golden tokens, all prompts in one batch', async () => {
    const { prompts } = readGolden<{ prompts: { prompt_ids: number[]; greedy_ids: number[] }[] }>(
      'tiny-qwen2/greedy.json',
    )
    const found = await engine.sample(
      prompts.map(({ prompt_ids }, i) => ({ tokens: prompt_ids, key: [i] })),
      { ...params, temperature: 0, maxTokens: 24 },
    )
    expect(found.map(([completion]) => completion.tokens)).toEqual(prompts.map(({ greedy_ids }) => greedy_ids))
    expect(found.every(([completion]) => completion.finishReason === 'length')).toBe(true)
  })

  it('what a sequence draws depends on its key and not on the batch around it', async () => {
    const [a, b] = [
      { tokens: [9, 8, 7], key: ['stage', 1, 0] },
      { tokens: [5], key: ['stage', 1, 1] },
    ]
    const together = await engine.sample([a, b, { tokens: [9, 8, 7], key: ['other'] }], {
      ...params,
      numGenerations: 2,
    })
    const alone = await engine.sample([b], params)
    expect(alone[0][0]).toEqual(together[1][0])
    const more = await engine.sample([a], { ...params, numGenerations: 3 })
    expect(more[0].slice(0, 2)).toEqual(together[0])
    expect(together[0][0].tokens).not.toEqual(together[0][1].tokens)
    expect(together[2][0].tokens).not.toEqual(together[0][0].tokens) // the same prompt under another key
  })

  it.each([0, 0.7, 1])('reports the log p that the trainer computes, before filters (temperature %s)', async (t) => {
    const prompt = [40, 41, 42, 43]
    const settings = { ...params, temperature: t, topK: 20, topP: 0.9, repetitionPenalty: 1.1, numGenerations: 2 }
    const [completions] = await engine.sample([{ tokens: prompt, key: [1] }], settings)
    const [logprobs] = await engine.groupLogprobs([{ prompt, completions }], {
      weights: 'policy',
      temperature: t === 0 ? 1 : t,
    })
    completions.forEach((completion, c) =>
      completion.logprobs.forEach((value, i) => expect(Math.abs(value - logprobs[c][i])).toBeLessThan(2e-5)),
    )
    const sequences = completions.map(({ tokens }) => [...prompt, ...tokens])
    const whole = await engine.logprobs(sequences, { weights: 'policy', temperature: t === 0 ? 1 : t })
    whole.forEach((values, c) => {
      expect(values).toHaveLength(sequences[c].length - 1)
      values.slice(3).forEach((value, i) => expect(Math.abs(value - logprobs[c][i])).toBeLessThan(2e-5))
    })
  })

  it('ends at a stop token, which it keeps; the others go on', async () => {
    const free = await engine.sample([{ tokens: [7], key: [1] }], { ...params, numGenerations: 4 })
    const stop = free[0][2].tokens[1]
    const found = await engine.sample([{ tokens: [7], key: [1] }], {
      ...params,
      numGenerations: 4,
      stopTokenIds: [stop],
    })
    found[0].forEach((completion, i) => {
      const end = free[0][i].tokens.indexOf(stop)
      expect(completion.tokens).toEqual(end < 0 ? free[0][i].tokens : free[0][i].tokens.slice(0, end + 1))
      expect(completion.logprobs).toHaveLength(completion.tokens.length)
      expect(completion.finishReason).toBe(end < 0 ? 'length' : 'stop')
    })
    expect(found[0][2].tokens).toHaveLength(2)
  })

  it('ends once its text holds a stop string', async () => {
    const [[free]] = await engine.sample([{ tokens: [7], key: [1] }], params)
    const stop = decode(free.tokens.slice(1, 3))
    const [[found]] = await engine.sample([{ tokens: [7], key: [1] }], { ...params, stop: ['never', stop] })
    expect(found).toEqual({
      tokens: free.tokens.slice(0, 3),
      logprobs: free.logprobs.slice(0, 3),
      finishReason: 'stop',
    })
  })

  it('says how far it is, and ends with the signal’s reason between two tokens', async () => {
    const seen: number[] = []
    const controller = new AbortController()
    const sampling = engine.sample([{ tokens: [7], key: [1] }], {
      ...params,
      signal: controller.signal,
      onProgress: ({ tokens }) => {
        seen.push(tokens)
        if (tokens === 3) controller.abort(new Error('enough'))
      },
    })
    await expect(sampling).rejects.toThrow('enough')
    expect(seen).toEqual([1, 2, 3])
  })

  it('never goes past maxLength', async () => {
    const short = await createLocalEngine({ ...tinyQwen2, maxLength: 8 })
    const [[found]] = await short.sample([{ tokens: [1, 2, 3, 4, 5], key: [1] }], { ...params, maxTokens: 50 })
    expect(found.tokens).toHaveLength(3)
    await expect(short.sample([{ tokens: [1, 2, 3, 4, 5, 6, 7, 8], key: [1] }], params)).rejects.toThrow(/maxLength/)
    await short.close()
  })

  it.each([
    [{ tokens: [], key: [1] }, {}, /prompt 0 is empty/],
    [{ tokens: [5, 320], key: [1] }, {}, /position 1: found token 320.*0 to 319/],
  ])('refuses %j', async (prompt, over, message) => {
    await expect(engine.sample([prompt], { ...params, ...over })).rejects.toThrow(message)
  })

  it('refuses stop strings without a tokenizer', async () => {
    const bare = await createLocalEngine(tinyQwen2)
    await expect(bare.sample([{ tokens: [1], key: [1] }], { ...params, stop: ['x'] })).rejects.toThrow(
      /tokenizer\.json/,
    )
    await bare.close()
  })
})

describe('sampler and trainer on the native backend', () => {
  it('give the same log p bit for bit, whatever the batch and the split', async (context) => {
    const engine = await createLocalEngine({ ...tinyQwen2, backend: 'auto' })
    try {
      if (engine.capabilities().backend !== 'native') context.skip('this machine has no native backend')
      const prompts = [[1, 2, 3], [4, 5, 6, 7, 8, 9], [10]].map((tokens, i) => ({ tokens, key: [i] }))
      const settings = { ...params, numGenerations: 5, maxTokens: 20, temperature: 0.9, stopTokenIds: [2, 9, 30] }
      const sampled = await engine.sample(prompts, settings)
      const groups = prompts.map(({ tokens }, i) => ({
        prompt: tokens,
        completions: sampled[i].map((completion) => ({ ...completion, advantage: i })), // group 0 runs forward only
      }))
      const spec = { type: 'policy', lossType: 'dapo', temperature: 0.9, truncatedImportanceSampling: null } as const
      const rest = { importanceSamplingLevel: 'token', beta: 0, klBiasCorrection: false, delta: null } as const
      const bounds = { epsilonLow: 0.2, epsilonHigh: 0.2 }
      const denominators = { sequences: 15, tokens: 100, maxCompletionLength: 20, microBatchShare: 1 }
      const found: number[][] = []
      for (const batch of splitMicroBatches(groups, 30)) {
        const stats = await engine.forwardBackward(batch, { ...spec, ...rest, ...bounds, denominators })
        found.push(...stats.logprobs.flat().map((values) => [...values]))
      }
      expect(found).toEqual(sampled.flat().map(({ logprobs }) => logprobs))
    } finally {
      await engine.close()
    }
  })
})

describe('hasStopped', () => {
  it('finds a string that spans many tokens, and one cut inside a character until it is whole', () => {
    const bytes = (tokens: readonly number[]) => Buffer.from(tokens).toString('utf8')
    const text = [...Buffer.from('a long way to </answer>')]
    expect(hasStopped(text, { stop: ['</answer>'], stopTokenIds: [] }, bytes)).toBe(true)
    expect(hasStopped(text.slice(0, -1), { stop: ['</answer>'], stopTokenIds: [] }, bytes)).toBe(false)
    const euro = [...Buffer.from('x€')]
    expect(hasStopped(euro.slice(0, 3), { stop: ['€'], stopTokenIds: [] }, bytes)).toBe(false)
    expect(hasStopped(euro, { stop: ['€'], stopTokenIds: [] }, bytes)).toBe(true)
  })
})

describe('more than the cache holds', () => {
  it('waiting sequences begin as others end, and draw what they would have drawn in one batch', async () => {
    // 80 prompts of 40 tokens and two completions of 30 each: 8,000 tokens, where 1 MiB holds some 2,000.
    const prompts = Array.from({ length: 80 }, (_, p) => ({
      tokens: Array.from({ length: 40 }, (_, t) => (p * 37 + t * 11) % 320),
      key: ['many', p],
    }))
    const settings = { ...params, maxTokens: 30, numGenerations: 2, stopTokenIds: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] }
    const outcomes = []
    for (const kvCacheMiB of [1, 64]) {
      const engine = await createLocalEngine({ ...tinyQwen2, backend: 'auto', kvCacheMiB })
      outcomes.push(await engine.sample(prompts, settings))
      await engine.close()
    }
    expect(outcomes[0]).toEqual(outcomes[1])
    expect(new Set(outcomes[0].flat().map(({ tokens }) => tokens.length)).size).toBeGreaterThan(5)
  })
})

describe('planWaves', () => {
  const sequences = [0, 0, 0, 1, 1].map((prompt) => ({ prompt, maxNew: 10 }))
  const plan = (cacheTokens: number, prefillTokens: number) =>
    planWaves(sequences, [100, 50], { cacheTokens, prefillTokens }).map((wave) => [wave.sequences, wave.cacheTokens])

  it('takes all at once where they fit; a prompt counts once', () => {
    expect(plan(200, 1000)).toEqual([[[0, 1, 2, 3, 4], 200]])
  })

  it('else fills waves of half the cache, within the prefill limit', () => {
    // Half of 199 holds no second continuation of prompt 0, nor all of prompt 0 at all: each has a wave of its own.
    expect(plan(199, 1000)).toEqual([[[0], 110], [[1], 110], [[2], 110], [[3, 4], 70]]) // prettier-ignore
    expect(plan(1000, 120)).toEqual([[[0, 1, 2], 130], [[3, 4], 70]]) // prettier-ignore
    expect(plan(5, 5)).toEqual([0, 1, 2, 3, 4].map((s) => [[s], s < 3 ? 110 : 60]))
  })
})
