import { beforeAll, describe, expect, test } from 'vitest'
import { createRewards } from '../../src/rewards/createRewards.js'
import type { GoldItem } from '../../src/rewards/GoldItem.js'
import { knownBad } from '../../src/rewards/knownBad.js'
import { preflight } from '../../src/rewards/preflight.js'
import { PreflightError } from '../../src/rewards/PreflightError.js'
import { requirePreflight } from '../../src/rewards/requirePreflight.js'
import type { RewardSet } from '../../src/rewards/RewardSet.js'
import { createVerifier } from '../../src/verifier/createVerifier.js'
import { rewardContext } from './rewardContext.js'

const page = { preText: [], postText: [], table: [] }

function item(id: string, answer: string, gold: GoldItem['gold']): GoldItem {
  return { id, text: 'How much?', target: `<think>as the table says</think><answer>${answer}</answer>`, gold }
}

const program = (id: string, answer: string, goldExeAns: number | 'yes') =>
  item(id, answer, { gold: String(goldExeAns), program: { page, goldExeAns } })

const sound = [
  program('sum', 'add(1, 2)', 3),
  program('comparison', 'greater(2, 1)', 'yes'),
  item('share', '0.98', { gold: '0.98' }),
  item('yes', 'yes', { gold: 'yes' }),
  item('text', 'revenue grew', { gold: 'revenue grew' }),
]

let rewards: RewardSet
const terms = { format: { type: 'format', weight: 1 }, accuracy: { type: 'accuracy', weight: 1 } } as const

async function rewardsOf(...names: (keyof typeof terms)[]): Promise<RewardSet> {
  const verifier = await createVerifier({ rules: { enabled: true }, model: { type: 'none' } })
  return createRewards({ combine: 'additive', terms: names.map((name) => terms[name]) }, rewardContext(verifier))
}

beforeAll(async () => {
  rewards = await rewardsOf('format', 'accuracy')
})

test('sound rewards give gold full marks and known-bad completions less', async () => {
  const report = await preflight(rewards, sound)
  expect(report).toEqual({
    fullMarks: 2,
    gold: { scored: 5, failures: [] },
    knownBad: { scored: 5 * knownBad(sound[0]).length, failures: [] },
    silent: [],
  })
})

test('known-bad completions are bad in the way they say', () => {
  const bad = Object.fromEntries(knownBad(sound[0]).map(({ name, completion }) => [name, completion]))
  expect(bad['gold without tags']).toBe('add(1, 2)')
  expect(bad['tags twice'].match(/<think>/g)).toHaveLength(2)
  expect(bad['gold hidden in a long text'].length).toBeGreaterThan(1000)
  expect(knownBad(sound[3]).find(({ name }) => name === 'a wrong answer')?.completion).toContain('<answer>no</answer>')
})

describe('gold that does not score full marks', () => {
  const broken = program('broken', 'add(1, 3)', 3)
  const empty = item('empty', '', { gold: '' })

  test('is listed with its reason and left out', async () => {
    const { kept, report } = await requirePreflight(rewards, [...sound, broken], { maxGoldFailShare: 0.2 })
    expect(kept).toEqual(sound)
    expect(report.gold.failures).toMatchObject([
      { id: 'broken', total: 1, byName: { format: 1, accuracy: 0 }, reason: 'the program gives 4, gold 3' },
    ])
  })

  test('stops the run past the share', async () => {
    const checking = requirePreflight(rewards, [...sound, broken, empty], { maxGoldFailShare: 0.2 })
    await expect(checking).rejects.toThrow(PreflightError)
    await expect(checking).rejects.toMatchObject({ exitCode: 3 })
    await expect(checking).rejects.toThrow(/2 of 7 gold answers .* allows 0.2[^]*broken: scores 1 of 2/)
  })

  test('an item without a target cannot be checked and is kept', async () => {
    const bare = { ...sound[0], id: 'bare', target: '' }
    expect((await requirePreflight(rewards, [bare], { maxGoldFailShare: 0 })).kept).toEqual([bare])
  })
})

test('a reward that is talked into full marks stops the run', async () => {
  const gullible: RewardSet = {
    combine: 'additive',
    terms: [
      { weight: 1, reward: { name: 'accuracy', best: 1, score: async (inputs) => inputs.map(() => ({ value: 1 })) } },
    ],
  }
  await expect(requirePreflight(gullible, sound, { maxGoldFailShare: 0 })).rejects.toThrow(
    /known-bad completions score full marks/,
  )
})

test('a set with one reward alone is held to what that reward can see', async () => {
  for (const name of ['format', 'accuracy'] as const) {
    const report = await preflight(await rewardsOf(name), sound)
    expect(report.gold.failures).toEqual([])
    expect(report.knownBad.scored).toBeGreaterThan(0)
    expect(report.knownBad.failures).toEqual([])
  }
})
