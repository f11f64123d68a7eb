import { describe, expect, test } from 'vitest'
import { answersAgree } from '../../src/finqa/answersAgree.js'

describe('says the gold value', () => {
  test.each([
    ['5829', 5829],
    ['$ 5,829', 5829],
    ['5829.0', 5829],
    ['14.5%', 0.1446], // 0.1446 is 14.46 %, which rounds to 14.5
    ['14 %', 0.14464],
    ['14% ( 14 % )', 0.14464], // as FinQA's tokenisation writes it
    ['14.46 percent', 14.464], // gold is a percentage already
    ['about 0.145', 0.1446],
    ['2', 1.98], // Fin-R1: equal after rounding
    ['(32)', -32],
    ['minus 32', -32],
    ['a decrease of 32', -32],
    ['the answer is 94 million in 2009', 94], // the page counts in millions
    ['94 million', 94000], // … or in thousands
    ['$1.2 billion', 1.2e9],
    ['25 basis points', 0.0025],
    ['0.016390671', 0.01639], // more digits than gold has
    ['3.5e-2', 0.035],
    ['yes, it did', 'yes'],
    ['False', 'no'],
  ] as const)('%s: %s', (answer, gold) => expect(answersAgree(answer, gold)).toBe(true))
})

describe('does not', () => {
  test.each([
    ['', 0],
    ['5892', 5829],
    ['32', -32],
    ['an increase of 32', -32],
    ['1.45%', 0.1446],
    ['14.5', 0.1446], // a bare number is what it says
    ['0', 0.4], // rounded away
    ['0.1', 0.1446], // one digit, 30 % off
    ['5800', 5829], // its last digit is shown, so it counts
    ['94 or 95', 94], // hedged
    ['94 million', 94.6],
    ['1.2 million', 1.2e9],
    ['yes or no', 'yes'],
    ['no', 'yes'],
    ['1', 'yes'],
    ['yes', 1],
  ] as const)('%s: %s', (answer, gold) => expect(answersAgree(answer, gold)).toBe(false))
})
