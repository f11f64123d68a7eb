import { describe, expect, test } from 'vitest'
import { decideByRules } from '../../../src/verifier/rules/decideByRules.js'
import { ruleNames } from '../../../src/verifier/rules/rules.js'
import { ruleTable } from './ruleTable.js'

describe('nothing answered', () => {
  ruleTable('empty', [
    ['5', '', 'differ'],
    ['5', '   ', 'differ'],
    ['5', ':', 'differ'],
    ['5', '\u200b', 'differ'],
    ['', '5', 'differ'],
    ['', '', 'differ'],
    ['-', '-', 'differ'],
  ])
})

describe('the same text', () => {
  ruleTable('exactText', [
    ['Entergy Corporation', 'entergy  corporation.', 'equal'],
    ['the cost of goods', 'Cost of goods', 'equal'],
    ['yes', 'YES', 'equal'],
    ['“risk-free” rate', '"risk‑free" rate', 'equal'],
    ['operating income', 'ｏｐｅｒａｔｉｎｇ income', 'equal'],
    ['operating income', 'operating incomes', 'open'],
    ['operating income', 'net operating income', 'open'],
  ])
})

describe('yes and no', () => {
  ruleTable('yesNo', [
    ['yes', 'True', 'equal'],
    ['no', 'The answer is no.', 'equal'],
    ['yes', '是', 'equal'],
    ['no', '不是', 'equal'],
    ['no', 'no , they were not .', 'equal'],
    ['yes', 'yes, it did', 'equal'],
    ['yes', 'yes, it did not', 'open'],
    ['yes', 'no', 'differ'],
    ['no', 'Yes!', 'differ'],
    ['yes', '1', 'differ'],
    ['5', 'yes', 'differ'],
    ['yes', 'yes, but only in 2009', 'open'],
    ['yes', 'yes and no', 'open'],
  ])
})

describe('multiple choice', () => {
  ruleTable('multipleChoice', [
    ['B', '(b)', 'equal'],
    ['B', 'Option B', 'equal'],
    ['B', 'The correct answer is (B).', 'equal'],
    ['B', 'B. 5 million', 'equal'],
    ['B. 5 million', 'B', 'equal'],
    ['A, C', 'C and A', 'equal'],
    ['B', 'C', 'differ'],
    ['B', 'C. 5 million', 'differ'],
    ['A, C', 'A', 'differ'],
    ['B', '5', 'differ'],
    ['B. 5 million', 'B. 6 million', 'open'],
    ['B', 'B or C', 'open'],
    ['B', 'Both of them', 'open'],
  ])
})

describe('dates', () => {
  ruleTable('date', [
    ['December 31, 2009', '2009-12-31', 'equal'],
    ['December 31, 2009', '31 Dec 2009', 'equal'],
    ['December 31, 2009', '12/31/2009', 'equal'],
    ['December 31, 2009', '31.12.2009', 'equal'],
    ['December 31, 2009', '2009年12月31日', 'equal'],
    ['December 31, 2009', 'the 31st of December 2009', 'equal'],
    ['December 31 , 2009', 'Dec. 31, 2009', 'equal'],
    ['Sept. 2009', 'September 2009', 'equal'],
    ['Q3 2009', 'third quarter of 2009', 'equal'],
    ['Q3 2009', '2009Q3', 'equal'],
    ['December 31, 2009', 'December 30, 2009', 'differ'],
    ['December 31, 2009', 'December 31, 2010', 'differ'],
    ['Q3 2009', 'Q4 2009', 'differ'],
    ['April 3, 2009', '3/4/2009', 'open'],
    ['December 31, 2009', 'December 2009', 'open'],
    ['December 31, 2009', '13/31/2009', 'open'],
  ])
})

describe('ranges', () => {
  ruleTable('range', [
    ['5% to 7%', '5-7%', 'equal'],
    ['5% to 7%', 'between 5 % and 7 %', 'equal'],
    ['5% to 7%', 'from 0.05 to 0.07', 'equal'],
    ['$5 to $7 million', '$5 million to $7 million', 'equal'],
    ['5% to 7%', '5% to 8%', 'differ'],
    ['5% to 7%', '6%', 'differ'],
    ['6%', '5% to 7%', 'differ'],
    ['6%', 'between 7% and 6%', 'differ'],
  ])
})

describe('lists', () => {
  ruleTable('list', [
    ['5, 7 and 9', '5; 7; 9', 'equal'],
    ['5%, 7%', '0.05, 0.07', 'equal'],
    ['1,200, 3,400', '1200 and 3400', 'equal'],
    ['[5, 7]', '5, 7', 'equal'],
    ['5, 7', '7, 5', 'open'],
    ['5, 7', '5, 8', 'differ'],
    ['5, 7', '5', 'differ'],
    ['5', '3, 4, 5, 6', 'differ'],
    ['5', '5 or 6', 'differ'],
    ['5', '3,4,5,6', 'differ'],
    ['5', '5 5 5 5', 'differ'],
  ])
})

describe('programs', () => {
  const page = { preText: [], postText: [], table: [['', '2009'], ['sales', '$ 12']] } // prettier-ignore
  const decide = (answer: string, goldExeAns: number | 'yes' | 'no' = 0.5, dialect?: 'finqa') =>
    decideByRules({ gold: '0.5', answer, program: { page, goldExeAns, dialect } })

  test.each([
    ['divide(1, 2)', 0.5, 'equivalent'],
    [' divide(2, 4) ', 0.5, 'equivalent'],
    ['multiply(const_1, 50%)', 0.5, 'equivalent'],
    ['table_max(sales, none)', 12, 'equivalent'],
    ['greater(2, 1)', 'yes', 'equivalent'],
    ['divide(1, 3)', 0.33333, 'equivalent'],
    ['divide(1, 3)', 0.333, 'different'],
    ['divide(1, 0)', 0.5, 'different'],
    ['50%', 50, 'different'],
    ['divide(1, 2', 0.5, 'different'],
    ['the answer is divide(1, 2)', 0.5, 'different'],
    ['', 0.5, 'different'],
  ] as const)('%j against %j is %s, exactly', (answer, gold, verdict) => {
    expect(decide(answer, gold)).toMatchObject({ verdict, rule: 'program' })
  })

  test("a lone number is a program in ConvFinQA's dialect alone", () => {
    expect(decide('0.5')?.verdict).toBe('equivalent')
    expect(decide('0.5', 0.5, 'finqa')?.verdict).toBe('different')
  })
})

test('a rule that is switched off decides nothing', () => {
  expect(decideByRules({ gold: '5', answer: '5.0' }, ['number'])).toBeNull()
  expect(decideByRules({ gold: '5', answer: '6' }, ruleNames)).toBeNull()
})
