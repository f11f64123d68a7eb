import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { makePairs } from '../../../src/data/makePairs.js'
import { decideByRules } from '../../../src/verifier/rules/decideByRules.js'
import { longPatterns } from '../longPatterns.js'

/** Pieces that the rules' patterns look for, so that random texts come near them. */
const pieces = fc.constantFrom(
  ...[
    '5',
    '0',
    '1,234',
    '.',
    ',',
    '-',
    '−',
    '(',
    ')',
    '%',
    '$',
    '€',
    ' ',
    '  ',
    'e',
    'x 10^',
    '/',
    '½',
    '²',
    'million',
  ],
  ...[
    'bn',
    '万',
    '亿',
    'to',
    'and',
    'or',
    'not',
    'yes',
    'no',
    'a',
    'b',
    'q3',
    'dec',
    '2009',
    'decrease of',
    'years',
    '\n',
  ],
  ...[
    '<answer>',
    '</answer>',
    '\\boxed{',
    '}',
    '**',
    '"',
    '\u200b',
    '\u0301',
    '\ud800',
    '𝟝',
    '٣',
    '٪',
    'divide(',
    '#0',
  ],
)
const pieced = fc.array(pieces, { maxLength: 30 }).map((parts) => parts.join(''))
const anyText = fc.oneof(pieced, fc.string({ unit: 'binary', maxLength: 60 }), fc.string({ maxLength: 60 }))
const page = { preText: [], postText: [], table: [['row', '5']] }

/** CPU time of this process, milliseconds: other processes on the machine do not count. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

describe('any two texts', () => {
  test('are judged without an error, the same way each time', () => {
    fc.assert(
      fc.property(anyText, anyText, (gold, answer) => {
        const verdict = decideByRules({ gold, answer })
        expect(decideByRules({ gold, answer })).toEqual(verdict)
        decideByRules({ gold, answer, program: { page, goldExeAns: 5 } })
      }),
      { numRuns: 3000, seed: 1 },
    )
  })

  test('are never equal when one says something and the other nothing', () => {
    fc.assert(
      fc.property(anyText, fc.constantFrom('', ' ', ':', '...', '\u200b\n'), (gold, answer) => {
        expect(decideByRules({ gold, answer })?.verdict).toBe('different')
      }),
      { numRuns: 300, seed: 2 },
    )
  })

  test('are judged alike from either side', () => {
    fc.assert(
      fc.property(pieced, pieced, (a, b) => {
        const [there, back] = [decideByRules({ gold: a, answer: b }), decideByRules({ gold: b, answer: a })]
        if (there?.verdict === 'equivalent') expect(back?.verdict).not.toBe('different')
      }),
      { numRuns: 2000, seed: 3 },
    )
  })
})

test('a number equals its own writing with separators, percent and scale, and no number next to it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1000, max: 999_999_999 }), (value) => {
      const gold = String(value)
      const equal = [
        value.toLocaleString('en'),
        `$${gold}.00`,
        `${value * 100}%`,
        `${value / 1e6} million`,
        `(-${gold})`.slice(2, -1),
      ]
      for (const answer of equal)
        expect([answer, decideByRules({ gold, answer })?.verdict]).toEqual([answer, 'equivalent'])
      for (const answer of [
        `-${gold}`,
        String(value + 1),
        `${gold}0`,
        `${gold} million`.replace(gold, String(value + 7)),
      ]) {
        expect([answer, decideByRules({ gold, answer })?.verdict]).toEqual([answer, 'different'])
      }
    }),
    { numRuns: 300, seed: 4 },
  )
})

// What is longer takes linear time: ../wholeVerifier.test.ts
test('answers just below the lengths that rules look at stay fast too', () => {
  for (const pattern of longPatterns) {
    for (const length of [110, 199, 399, 1999]) {
      const answer = pattern.repeat(Math.ceil(length / pattern.length)).slice(0, length)
      const started = cpuMs()
      decideByRules({ gold: '5', answer })
      decideByRules({ gold: 'sales rose', answer })
      expect(cpuMs() - started).toBeLessThan(50)
    }
  }
})

test('5,000 verdicts a second and more, of one core', () => {
  const pairs = makePairs({ seed: 5, examples: 5000 })
  pairs.slice(0, 500).forEach((pair) => decideByRules(pair))
  const started = cpuMs()
  pairs.forEach((pair) => decideByRules(pair))
  expect(cpuMs() - started).toBeLessThan(1000)
})

test('pairs whose label is known by how they were made: the rules are right where they decide', () => {
  const pairs = makePairs({ seed: 6, examples: 5000 })
  const decided = pairs.flatMap((pair) => {
    const decision = decideByRules(pair)
    return decision === null ? [] : [{ ...pair, right: (decision.verdict === 'equivalent') === pair.equivalent }]
  })
  const wrong = decided.filter(({ right }) => !right)
  expect(decided.length).toBeGreaterThan(0.4 * pairs.length)
  expect(wrong).toEqual([])
})
