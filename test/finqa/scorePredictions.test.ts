import { expect, test } from 'vitest'
import { InputError } from '../../src/lib/InputError.js'
import { scoreConvfinqa } from '../../src/finqa/scoreConvfinqa.js'
import { scoreFinqa } from '../../src/finqa/scoreFinqa.js'

const table = [
  ['', '2009', '2008'],
  ['revenue', '5829', '5735'],
]
const gold = new Map(
  (
    [
      ['a', 'subtract(5829, 5735)', 94],
      ['b', 'greater(5829, 5735)', 'yes'],
      ['c', 'divide(5829, 5735)', 1.01639],
    ] as const
  ).map(([id, program, exeAns]) => [id, { id, table, program, exeAns }]),
)
const predict = (id: string, ...predicted: string[]) => ({ id, predicted })

test('execution and program accuracy part ways', () => {
  const score = scoreFinqa(
    [
      predict('a', 'add(', '47', '47', ')', 'EOF'), // the value by other figures
      predict('b', 'greater(', '5829', '5735', ')', 'EOF'),
      predict('c', 'divide(', '5735', '5829', ')', 'EOF'),
    ],
    gold,
  )
  expect(score).toMatchObject({ n: 3, execution_accuracy: 2 / 3, program_accuracy: 1 / 3, answer_accuracy: 2 / 3 })
  // Wilson: 1 of 3 is 0.0615 to 0.7923 (the textbook's 6 % to 79 %)
  expect(score.ci95.program_accuracy[0]).toBeCloseTo(0.0615, 4)
  expect(score.ci95.program_accuracy[1]).toBeCloseTo(0.7923, 4)
  expect(score.remarks).toEqual([])
})

test('the denominator is the predictions: a repeated id counts twice, a missing one not at all', () => {
  const right = predict('a', 'subtract(', '5829', '5735', ')', 'EOF')
  const score = scoreFinqa([right, right, predict('b', 'EOF')], gold)
  expect(score).toMatchObject({ n: 3, execution_accuracy: 2 / 3 })
  expect(score.remarks).toEqual([
    '1 predictions repeat an id; each counts',
    '1 of 3 gold answers have no prediction; they do not count',
  ])
})

test('without EOF the last token is dropped all the same', () => {
  const score = scoreFinqa([predict('a', 'subtract(', '5829', '5735', ')')], gold)
  expect(score.execution_accuracy).toBe(0)
  expect(score.remarks.join()).toContain('do not end in EOF')
})

test('an id that gold has not, and no prediction at all, stop it', () => {
  expect(() => scoreFinqa([predict('z', 'EOF')], gold)).toThrow(InputError)
  expect(() => scoreFinqa([predict('z', 'EOF')], gold)).toThrow('"z"')
  expect(() => scoreFinqa([], gold)).toThrow(InputError)
})

test('ConvFinQA: one number is a program, and its text must be the same for program accuracy', () => {
  const turns = new Map([['c_0', { id: 'c_0', table, program: '5735', exeAns: 5735 }]])
  expect(scoreConvfinqa([predict('c_0', '5735', 'EOF')], turns)).toMatchObject({
    execution_accuracy: 1,
    program_accuracy: 1,
  })
  expect(scoreConvfinqa([predict('c_0', '5,735', 'EOF')], turns)).toMatchObject({
    execution_accuracy: 1,
    program_accuracy: 0,
  })
  expect(scoreFinqa([predict('c_0', '5735', 'EOF')], turns).execution_accuracy).toBe(0)
})

test('a free-form answer is scored by the tolerant scorer alone', () => {
  const score = scoreFinqa([{ id: 'c', predicted: ['EOF'], answer: '101.6 %' }], gold)
  expect(score).toMatchObject({ execution_accuracy: 0, program_accuracy: 0, answer_accuracy: 1 })
})
