import { describe, expect, test } from 'vitest'
import { combineRewards } from '../../src/rewards/combineRewards.js'
import { createRewards } from '../../src/rewards/createRewards.js'
import { createScorer } from '../../src/rewards/createScorer.js'
import type { RewardInput } from '../../src/rewards/Reward.js'
import { scoreCompletions } from '../../src/rewards/scoreCompletions.js'
import { createVerifier } from '../../src/verifier/createVerifier.js'
import { rewardContext } from './rewardContext.js'
import { withJudgeServer } from '../verifier/openai/judgeServer.js'

const bothTerms = [
  { type: 'format', weight: 1 },
  { type: 'accuracy', weight: 1 },
] as const

function input(completion: string, gold = '0.98'): RewardInput {
  return { prompt: 'What share?', completion, tokens: 10, finishReason: 'stop', gold: { gold } }
}

describe('the total', () => {
  const terms = (format: number | null, accuracy: number | null, weights: readonly [number, number] = [1, 1]) => [
    { name: 'format', weight: weights[0], value: format },
    { name: 'accuracy', weight: weights[1], value: accuracy },
  ]
  test.each([
    ['additive', terms(1, 1), 2],
    ['additive', terms(0, 1), 1],
    ['additive', terms(1, 0, [0.2, 0.8]), 0.2],
    ['additive', terms(0, 1, [0.2, 0.8]), 0.8],
    ['gated', terms(1, 1), 2],
    ['gated', terms(0, 1), 0],
    ['gated', terms(1, 0), 1],
    // What the total does not need may be unknown; what it needs may not.
    ['additive', terms(1, null), null],
    ['additive', terms(1, null, [1, 0]), 1],
    ['gated', terms(1, null), null],
    ['gated', terms(0, null), 0],
  ] as const)('%s of %j is %j', (combine, given, total) => expect(combineRewards(combine, given)).toBe(total))

  test('gated without a format term is the plain sum', () => {
    expect(combineRewards('gated', [{ name: 'accuracy', weight: 2, value: 1 }])).toBe(2)
  })
})

describe('completions', () => {
  test('are scored by name and in all, with verdicts', async () => {
    const verifier = await createVerifier({ rules: { enabled: true }, model: { type: 'none' } })
    const rewards = await createRewards({ combine: 'additive', terms: bothTerms }, rewardContext(verifier))
    const scored = await scoreCompletions(rewards, [
      input('<think>a</think><answer>98%</answer>'),
      input('<answer>98%</answer>'),
      input('<think>a</think><answer>97%</answer>'),
      input('98%'),
      input('<think>a</think><answer>98%</answer><answer>98%</answer>'),
      input(''),
    ])
    expect(scored.total).toEqual([2, 1, 1, 0, 0, 0])
    expect(scored.byName).toEqual({ format: [1, 0, 1, 0, 0, 0], accuracy: [1, 1, 0, 0, 0, 0] })
    expect(scored.verdicts.map((verdict) => verdict?.decidedBy)).toEqual(
      ['number', 'number', 'number', 'extractAnswer', 'extractAnswer', 'extractAnswer'], // prettier-ignore
    )
  })

  test('a judge that fails gives null, which is not 0; the format is known all the same', async () => {
    await withJudgeServer(
      () => ({ status: 400, body: 'no' }),
      async (url) => {
        const verifier = await createVerifier({ rules: { enabled: true }, model: { type: 'openai', url, model: 'm' } })
        const score = createScorer(
          await createRewards({ combine: 'additive', terms: bothTerms }, rewardContext(verifier)),
          verifier,
        )
        const scored = await score([
          input('<think>a</think><answer>sales rose</answer>', 'revenue grew'),
          input('<think>a</think><answer>98%</answer>'),
        ])
        expect(scored.total).toEqual([null, 2])
        expect(scored.byName).toEqual({ format: [1, 1], accuracy: [null, 1] })
        expect(scored.statistics).toMatchObject({ 'verifier/calls': 2, 'verifier/unknown': 1, 'verifier/cached': 0 })
        await verifier.verify([{ gold: '5', answer: '5' }])
        expect((await score([])).statistics).toMatchObject({ 'verifier/calls': 0, 'verifier/unknown': 0 })
      },
    )
  })
})
