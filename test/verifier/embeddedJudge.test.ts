import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeBenchPairs } from '../../src/data/makeBenchPairs.js'
import { makePairs } from '../../src/data/makePairs.js'
import { readSeenPairs } from '../../src/data/readSeenPairs.js'
import { seenPairsFile } from '../../src/data/seenPairsFile.js'
import { createVerifier } from '../../src/verifier/createVerifier.js'
import { embeddedVerifierDirectory } from '../../src/verifier/embedded/embeddedVerifierDirectory.js'
import type { MeasuredVerifier } from '../../src/verifier/MeasuredVerifier.js'
import type { Verdict } from '../../src/verifier/Verdict.js'
import { measureAttacks } from '../../src/verifier/measureAttacks.js'
import { measureVerifier } from '../../src/verifier/measureVerifier.js'

// The shipped model, on the backend that is there; every test asks it, so it is loaded once.
let alone: MeasuredVerifier
let cascade: MeasuredVerifier

beforeAll(async () => {
  alone = await createVerifier({ rules: { enabled: false }, model: { type: 'embedded' } })
  cascade = await createVerifier({ rules: { enabled: true }, model: { type: 'embedded' } })
})

afterAll(async () => {
  await alone.close()
  await cascade.close()
})

describe('the shipped judge', () => {
  test('gives a verdict with its probability', async () => {
    const [same, other] = await alone.verify([
      { gold: 'balmor inc', answer: 'Balmor Corporation' },
      { gold: 'balmor inc', answer: 'corvex inc' },
    ])
    expect(same).toMatchObject({ verdict: 'equivalent', decidedBy: 'model' })
    expect(same.score).toBeGreaterThan(0.9)
    expect(same.latencyMs).toBeGreaterThan(0)
    expect(other.verdict).toBe('different')
    expect(other.score).toBeLessThan(0.1)
  })

  test('says of a pair the same, to the last bit, alone and among others', async () => {
    const pairs = makePairs({ seed: 11, examples: 80 }).filter(({ answer }) => answer.length < 100)
    const together = await alone.verify(pairs)
    const others = await createVerifier({ rules: { enabled: false }, model: { type: 'embedded' } })
    const single: Verdict[] = []
    for (const pair of pairs.slice(0, 12)) single.push(...(await others.verify([pair])))
    await others.close()
    const scoreOf = ({ verdict, score }: (typeof single)[number]) => ({ verdict, score })
    expect(single.map(scoreOf)).toEqual(together.slice(0, 12).map(scoreOf))
  })

  test('is not asked about an answer far longer than the gold, nor about one it cannot hold', async () => {
    const hidden = `${'see note 5 . '.repeat(40)}42 ${'see note 5 . '.repeat(40)}`
    const verdicts = await alone.verify([
      { gold: '42', answer: hidden },
      { gold: '42', answer: '\u3400\u4dbf'.repeat(90) },
      { gold: '\u3400\u4dbf'.repeat(800), answer: 'x' },
      { gold: '42', answer: ' ( ) ' },
    ])
    expect(verdicts.map(({ verdict, decidedBy }) => [verdict, decidedBy])).toEqual([
      ['different', 'length'],
      ['different', 'length'],
      ['unknown', 'length'],
      ['different', 'length'],
    ])
  })
})

test('on 5,000 pairs, most of them held out, the shipped judge keeps to its limits', async () => {
  const seen = await readSeenPairs(join(embeddedVerifierDirectory(), seenPairsFile))
  const { pairs, attacks } = makeBenchPairs({ seed: 3, examples: 5000, seen })
  // Of 7,000 pairs 0.24 % alone, 0.09 % with the rules before it (fintune verifier bench).
  const byModel = await measureVerifier(alone, pairs, { seen })
  expect(byModel.held_out?.n).toBeGreaterThan(4500)
  for (const rates of [byModel, byModel.held_out!]) {
    expect(rates.error).toBeLessThanOrEqual(0.01)
    expect(rates.false_accept).toBeLessThanOrEqual(0.005)
  }
  expect((await measureAttacks(alone, attacks)).accepted).toEqual([])
  const byBoth = await measureVerifier(cascade, pairs, { seen })
  for (const rates of [byBoth, byBoth.held_out!]) {
    expect(rates.error).toBeLessThanOrEqual(0.004)
    expect(rates.false_accept).toBeLessThanOrEqual(0.005)
    expect(rates.unknown).toBe(0)
  }
  expect((await measureAttacks(cascade, attacks)).accepted).toEqual([])
}, 300_000)
