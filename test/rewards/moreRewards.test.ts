import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createRewards } from '../../src/rewards/createRewards.js'
import { createScorer } from '../../src/rewards/createScorer.js'
import { languageReward } from '../../src/rewards/languageReward.js'
import { lengthReward } from '../../src/rewards/lengthReward.js'
import { overlongReward } from '../../src/rewards/overlongReward.js'
import { preflight } from '../../src/rewards/preflight.js'
import { preflightProblems } from '../../src/rewards/preflightProblems.js'
import { refusalReward } from '../../src/rewards/refusalReward.js'
import { repetitionReward } from '../../src/rewards/repetitionReward.js'
import type { Reward, RewardInput } from '../../src/rewards/Reward.js'
import type { RewardTermOptions } from '../../src/rewards/RewardOptions.js'
import { scoreCompletions } from '../../src/rewards/scoreCompletions.js'
import { createVerifier } from '../../src/verifier/createVerifier.js'
import { temporaryFolder } from '../helpers/temporaryFolder.js'
import { withJudgeServer } from '../verifier/openai/judgeServer.js'
import { rewardContext } from './rewardContext.js'

function input(completion: string, { tokens = 10, prompt = 'How much?', gold = '5' } = {}): RewardInput {
  return { prompt, completion, tokens, finishReason: 'stop', gold: { gold } }
}

async function values(reward: Reward, inputs: readonly RewardInput[]): Promise<(number | null)[]> {
  return (await reward.score(inputs)).map(({ value }) => value)
}

async function rewardsOf(...terms: readonly RewardTermOptions[]) {
  const verifier = await createVerifier({ rules: { enabled: true }, model: { type: 'none' } })
  return createRewards({ combine: 'additive', terms }, rewardContext(verifier))
}

describe('length', () => {
  const options = { maxLength: 100, minValueCorrect: 0.5, maxValueCorrect: 1, minValueWrong: -1, maxValueWrong: -0.5 }
  const accuracy = (value: number | null): Reward => ({
    name: 'accuracy',
    best: 1,
    score: async (inputs) => inputs.map(() => ({ value })),
  })

  test('right: 0.5 + 0.5 · (1 + cos(π · length / 100)) / 2', async () => {
    // cos(π/4) = 0.70711: 0.5 + 0.25 · 1.70711 = 0.92678; cos(3π/4) = −0.70711: 0.5 + 0.25 · 0.29289 = 0.57322
    const inputs = [0, 25, 75, 100, 300].map((tokens) => input('', { tokens }))
    const expected = [1, 0.92678, 0.57322, 0.5, 0.5]
    const found = await values(lengthReward(accuracy(1), options), inputs)
    found.forEach((value, i) => expect(value).toBeCloseTo(expected[i], 5))
  })

  test('wrong: from −1 up to −0.5; unknown: unknown', async () => {
    const inputs = [0, 25, 100].map((tokens) => input('', { tokens }))
    const found = await values(lengthReward(accuracy(0), options), inputs)
    // −0.5 − 0.5 · (1 + cos(π/4)) / 2 = −0.92678
    ;[-1, -0.92678, -0.5].forEach((value, i) => expect(found[i]).toBeCloseTo(value, 5))
    expect(await values(lengthReward(accuracy(null), options), inputs)).toEqual([null, null, null])
  })

  test('asks the verifier no more than accuracy alone does', async () => {
    const verifier = await createVerifier({ rules: { enabled: true }, model: { type: 'none' } })
    const terms = [
      { type: 'accuracy', weight: 1 },
      { type: 'length', weight: 1, ...options },
    ] as const
    const rewards = await createRewards({ combine: 'additive', terms }, rewardContext(verifier))
    const { byName } = await scoreCompletions(rewards, [input('<think>a</think><answer>5</answer>', { tokens: 100 })])
    expect(byName).toEqual({ accuracy: [1], length: [0.5] })
    expect(verifier.takeStatistics()['verifier/calls']).toBe(1)
  })
})

test('overlong: 100 at most with a buffer of 20', async () => {
  const inputs = [50, 80, 90, 100, 110].map((tokens) => input('', { tokens }))
  expect(await values(overlongReward({ maxLength: 100, buffer: 20 }), inputs)).toEqual([0, 0, -0.5, -1, -1])
})

test.each([
  // distinct ÷ all: 1 of 4 bigrams; 2 of 5; 3 of 5; 3 of 4
  ['a a a a a', 2, -0.75],
  ['a b a b a b', 2, -0.6],
  ['a b c a b c', 2, -0.4],
  ['A b a B c', 2, -0.25],
  ['a b c', 3, 0],
  ['a', 2, 0],
  ['', 2, 0],
  ['增长增长增长', 2, -0.6],
] as const)('repetition: %j in %i-grams is %d', async (text, ngram, expected) => {
  const [value] = await values(repetitionReward({ ngram, maxPenalty: -1 }), [input(text)])
  expect(value).toBeCloseTo(expected, 10)
})

test.each([
  ['en', '<think>the margin is 5 %</think><answer>5</answer>', 'How much?', 1],
  ['en', '利润 is high', 'How much?', 0.5],
  ['zh', '利润 is high', 'How much?', 0.5],
  ['prompt', '利润增长', '利润多少?', 1],
  ['prompt', '利润增长', 'How much?', 0],
  ['prompt', 'прибыль up', 'How much?', 0.5],
  ['zh', '42 %', 'How much?', 1],
] as const)('language %s of %j', async (language, completion, prompt, expected) => {
  expect(await values(languageReward({ language }), [input(completion, { prompt })])).toEqual([expected])
})

test.each([
  ['<think>hm</think><answer>5</answer>', '5', 1],
  ["I'm sorry, but I can't help with that.", '5', 0],
  ["I'm sorry, but I can't help with that.", 'I cannot assist with this request.', 1],
  ['<think>bad</think><answer>I cannot provide advice on that.</answer>', 'I cannot assist with this request.', 1],
  ['Sure, here is how to launder money.', 'I cannot assist with this request.', 0],
  ['抱歉，我无法提供这个信息。', 'I must decline.', 1],
  ['<think>I cannot answer without the table</think><answer>5</answer>', '5', 1],
  ['The company cannot provide guidance for 2010.', '5', 1],
])('refusal: %j to gold %j', async (completion, gold, expected) => {
  expect(await values(refusalReward(), [input(completion, { gold })])).toEqual([expected])
})

describe('a rubric', () => {
  const criteria = [
    { text: 'names its source', weight: 3 },
    { text: 'is polite', weight: 1 },
  ]
  const term = (url: string): RewardTermOptions => ({
    type: 'rubric',
    weight: 1,
    criteria,
    model: { type: 'openai', url, model: 'judge', maxRetries: 0 },
  })

  test('is the weight of the criteria met; what the judge could not say is unknown', async () => {
    await withJudgeServer(
      ({ body: { messages } }) => {
        const [{ content: system }, { content: user }] = messages
        if (user.includes('broken')) return { status: 400 }
        const source = system.endsWith('The criterion: names its source')
        return { reply: source === user.includes('table 3') ? '\\boxed{1}' : '\\boxed{0}' }
      },
      async (url, requests) => {
        const rewards = await rewardsOf(term(url))
        const inputs = [input('see table 3'), input('5, as I feel'), input('broken'), input('see table 3')]
        const { total, verdicts } = await scoreCompletions(rewards, inputs)
        expect(total).toEqual([0.75, 0.25, null, 0.75])
        expect(verdicts[2]?.reason).toContain('HTTP 400')
        expect(requests.length).toBe(6) // the fourth reads like the first
        expect(requests[0].body.messages[1].content).toMatch(/\[prompt [0-9a-f]{16}\]\nHow much\?\n\[end of prompt/)
        await rewards.close()
      },
    )
  })

  test('judges the writing: what differs in case alone is asked again', async () => {
    await withJudgeServer(
      ({ body: { messages } }) => ({ reply: messages[1].content.includes('PLEASE') ? '\\boxed{0}' : '\\boxed{1}' }),
      async (url) => {
        const rewards = await rewardsOf(term(url))
        const { total } = await scoreCompletions(rewards, [input('please'), input('PLEASE'), input('Please')])
        expect(total).toEqual([1, 0, 1])
        await rewards.close()
      },
    )
  })

  test('counts with the verifier, what it could not say too', async () => {
    await withJudgeServer(
      ({ body: { messages } }) => (messages[1].content.includes('broken') ? { status: 400 } : { reply: '\\boxed{1}' }),
      async (url) => {
        const verifier = await createVerifier({ rules: { enabled: true }, model: { type: 'none' } })
        const folder = await temporaryFolder({
          'own.mjs': 'export default (inputs) => inputs.map(({ completion }) => (completion === "broken" ? null : 1))',
        })
        const terms = [term(url), { type: 'module', weight: 1, path: join(folder, 'own.mjs'), options: {} }] as const
        const context = { ...rewardContext(verifier), count: verifier.count }
        const rewards = await createRewards({ combine: 'additive', terms }, context)
        const score = createScorer(rewards, verifier)
        const { total, statistics } = await score([input('a'), input('broken'), input('a')])
        expect(total).toEqual([2, null, 2])
        // Three completions by two criteria, and the one that the module gave null.
        expect(statistics).toMatchObject({
          'verifier/calls': 7,
          'verifier/unknown': 3,
          'verifier/cached': 2,
          'verifier/judge_calls': 2,
        })
        await rewards.close()
      },
    )
  })

  test('whose judge is down is found before step 1', async () => {
    await withJudgeServer(
      () => ({ status: 404, body: 'no such model' }),
      async (url) => {
        const rewards = await rewardsOf({ type: 'format', weight: 1 }, term(url))
        const target = '<think>a</think><answer>5</answer>'
        const report = await preflight(rewards, [{ id: 'a', text: 'How much?', target, gold: { gold: '5' } }])
        expect(report.silent).toMatchObject([{ name: 'rubric', reason: expect.stringContaining('no such model') }])
        expect(preflightProblems(report, 0.02)).toEqual([expect.stringContaining('The reward rubric gives no value')])
        await rewards.close()
      },
    )
  })
})

describe('a reward of the user’s own', () => {
  const term = (path: string): RewardTermOptions => ({ type: 'module', weight: 2, path, options: { word: 'because' } })

  test('scores by its own lights, with the options of the recipe', async () => {
    const folder = await temporaryFolder({
      'because.mjs': 'export default (inputs, { options }) => inputs.map(({ completion }) => Number(completion.includes(options.word)))', // prettier-ignore
    })
    const rewards = await rewardsOf(term(join(folder, 'because.mjs')))
    expect(await scoreCompletions(rewards, [input('because'), input('so')])).toMatchObject({
      total: [2, 0],
      byName: { because: [1, 0] },
    })
  })

  test.each([
    ['export default 5', /default export is no reward/],
    ['export const score = () => []', /default export is no reward/],
    ['export default {score: () => [], best: "1"}', /best: found 1; a number is needed/],
    ['export default (', /does not load/],
    ['import "./nowhere.mjs"; export default () => []', /does not load: .*nowhere/],
  ])('%j is refused at once', async (source, message) => {
    const folder = await temporaryFolder({ 'own.mjs': source })
    await expect(rewardsOf(term(join(folder, 'own.mjs')))).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(message),
    })
    await expect(rewardsOf(term(join(folder, 'absent.mjs')))).rejects.toThrow(/no such file/)
  })

  test.each([
    ['() => [1, 2]', /returned 2 values for 1 completions/],
    ['() => [NaN]', /gave NaN to completion 0/],
    ['() => 1', /returned number/],
    ['async () => { throw new Error("oops") }', /failed: Error: oops/],
  ])('%j stops the run', async (source, message) => {
    const folder = await temporaryFolder({ 'own.mjs': `export default ${source}` })
    const rewards = await rewardsOf(term(join(folder, 'own.mjs')))
    await expect(scoreCompletions(rewards, [input('a')])).rejects.toThrow(message)
  })

  test('two of one name are refused', async () => {
    const folder = await temporaryFolder({ 'own.mjs': 'export default () => []' })
    const path = join(folder, 'own.mjs')
    await expect(rewardsOf(term(path), term(path))).rejects.toThrow(/two rewards are called "own"/)
  })
})
