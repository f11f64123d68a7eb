import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import type { ChatMessage } from '../../src/data/ChatMessage.js'
import type { QuestionExample } from '../../src/data/QuestionExample.js'
import type { RenderOptions } from '../../src/data/render/RenderOptions.js'
import { openDataSource } from '../../src/data/openDataSource.js'
import { formatValue } from '../../src/data/render/formatValue.js'
import { renderExample } from '../../src/data/render/renderExample.js'
import { InputError } from '../../src/lib/InputError.js'

const example: QuestionExample = {
  kind: 'question',
  id: 'ETR/2009/page_12.pdf-1',
  pageId: 'ETR/2009/page_12.pdf',
  page: {
    preText: ['the weather was mild .', 'net revenue of 2009 grew by 14% ( 14 % ) .'],
    table: [
      ['in millions', '2009', '2008'],
      ['net revenue', '$ 5829', '$ 5735'],
      ['other', '-32 ( 32 )', '12'],
    ],
    postText: ['.', 'the company employs many people in a great many places all over the world .'],
  },
  question: 'what was the percent change in net revenue from 2008 to 2009 ?',
  program: 'subtract(5829, 5735), divide(#0, 5735)',
  exeAns: 0.01639,
  evidence: ['table_1'],
  history: [],
}
const options: RenderOptions = {
  template: 'compact',
  context: 'full',
  table: 'rows',
  answer: 'program',
  reasoning: { type: 'program' },
  onTooLong: 'trim',
}
const words = (messages: readonly ChatMessage[]) =>
  messages.map(({ content }) => content.split(/\s+/).filter(Boolean).length).reduce((a, b) => a + b)

test('a table as sentences: each figure beside its row and column, empty cells left out', () => {
  const page = {
    preText: [],
    postText: [],
    table: [
      ['in millions', '2009', ''],
      ['net revenue', '$ 5829', '17'],
      ['tax', '', ''],
    ],
  }
  const { messages } = renderExample({ ...example, page }, { ...options, table: 'sentences' })
  expect(messages[0].content).toBe(
    `in millions\nnet revenue 2009 is 5829 , net revenue is 17\ntax\n${example.question}`,
  )
})

test.each(['fin-r1', 'compact'] as const)('%s with a system message of the recipe, an empty one too', (template) => {
  for (const system of ['Answer in programs.', '']) {
    const { messages } = renderExample(example, { ...options, template, system })
    expect(messages.map(({ role }) => role)).toEqual(['system', 'user'])
    expect(messages[0].content).toBe(system)
  }
})

test('compact: the page, a line a row and a sentence, then the question', () => {
  const { messages, target, gold } = renderExample(example, options)
  expect(messages).toEqual([
    {
      role: 'user',
      content: [
        'the weather was mild .',
        'net revenue of 2009 grew by 14% .',
        'in millions | 2009 | 2008',
        'net revenue | 5829 | 5735',
        'other | -32 | 12',
        'the company employs many people in a great many places all over the world .',
        'what was the percent change in net revenue from 2008 to 2009 ?',
      ].join('\n'),
    },
  ])
  expect(target).toBe(
    '<think>net revenue 2009 is 5829 , net revenue 2008 is 5735 . 5829 - 5735 = 94 . 94 / 5735 = 0.01639</think>' +
      '<answer>subtract(5829, 5735), divide(#0, 5735)</answer>',
  )
  expect(gold).toEqual({ text: '0.01639', exeAns: 0.01639, program: example.program })
})

test('evidence: the header, the gold rows and sentences; everything where they are unknown', () => {
  const only = renderExample(example, { ...options, context: 'evidence' }).messages[0].content
  expect(only).toBe(['in millions | 2009 | 2008', 'net revenue | 5829 | 5735', example.question].join('\n'))
  const unknown = renderExample({ ...example, evidence: undefined }, { ...options, context: 'evidence' })
  expect(unknown.messages).toEqual(renderExample(example, options).messages)
})

test('fin-r1 explains the format; a text answer is the value', () => {
  const { messages, target } = renderExample(example, { ...options, template: 'fin-r1', answer: 'text' })
  expect(messages.map(({ role }) => role)).toEqual(['system', 'user'])
  expect(messages[0].content).toContain('<think>your reasoning</think><answer>your answer</answer>')
  expect(messages[0].content).not.toContain('subtract')
  expect(target.endsWith('<answer>0.01639</answer>')).toBe(true)
})

describe('reasoning names each source and result', () => {
  const reason = (program: string, change: Partial<QuestionExample> = {}) =>
    /<think>(.*)<\/think>/.exec(renderExample({ ...example, program, ...change }, options).target)?.[1]

  test.each([
    ['5735', 'net revenue 2008 is 5735'],
    ['77', 'the value is 77'],
    ['multiply(12, 14%)', 'other 2008 is 12 , the text gives 14% . 12 * 14% = 1.68'],
    ['divide(5829, const_1000)', 'net revenue 2009 is 5829 . 5829 / 1000 = 5.829'],
    ['multiply(12, const_m1)', 'other 2008 is 12 . 12 * -1 = -12'],
    ['greater(12, -32)', 'other 2008 is 12 , other 2009 is -32 . 12 > -32 : yes'],
    ['table_max(net revenue, none)', 'net revenue is 5829 , 5735 . max is 5829'],
  ])('%s: %s', (program, expected) => expect(reason(program)).toBe(expected))

  test.each([
    ['divide(5829, const_1000)', 'net revenue 2009 is 5829 . 5829 / 1000'],
    ['greater(12, -32)', 'other 2008 is 12 , other 2009 is -32 . 12 > -32'],
    ['table_max(net revenue, none)', 'net revenue is 5829 , 5735 . max'],
    [
      'subtract(5829, 5735), divide(#0, 5735)',
      'net revenue 2009 is 5829 , net revenue 2008 is 5735 . 5829 - 5735 . #0 / 5735',
    ],
  ])('without results: %s: %s', (program, expected) => {
    const { target } = renderExample(
      { ...example, program },
      { ...options, reasoning: { type: 'program', results: false } },
    )
    expect(/<think>(.*)<\/think>/.exec(target)?.[1]).toBe(expected)
  })

  test.each([
    ['5735', 'value'],
    ['subtract(5829, 5735), divide(#0, 5735)', 'subtract, divide'],
    ['table_max(net revenue (a), none)', 'table_max'],
  ])('operators alone: %s: %s', (program, expected) => {
    const { target } = renderExample({ ...example, program }, { ...options, reasoning: { type: 'operators' } })
    expect(target).toBe(`<think>${expected}</think><answer>${program}</answer>`)
  })

  test('a figure of the question is the question’s', () => {
    expect(reason('exp(12, 3)', { question: 'and after 3 years ?' })).toContain('the question gives 3')
  })

  test('distilled traces stand in its place; without one there is no target', () => {
    const traces = new Map([[example.id, 'as distilled']])
    const render = (id: string) =>
      renderExample({ ...example, id }, { ...options, reasoning: { type: 'field', traces } }).target
    expect(render(example.id)).toBe(`<think>as distilled</think><answer>${example.program}</answer>`)
    expect(render('another')).toBe('')
  })
})

describe('token budget', () => {
  const fit = (maxPromptTokens: number, onTooLong: RenderOptions['onTooLong'] = 'trim') =>
    renderExample(example, { ...options, maxPromptTokens, onTooLong }, words)
  const whole = words(renderExample(example, options).messages)

  test('nothing is cut that fits', () => expect(fit(whole)).toMatchObject({ trimmedSentences: 0, dropped: false }))

  test('the sentences farthest from the question go first, then rows; header and question stay', () => {
    // The longest of the two that share no word with the question goes first.
    expect(fit(whole - 1).messages[0].content).not.toContain('employs')
    expect(fit(whole - 1).messages[0].content).toContain('weather')
    const tight = fit(26)
    expect(tight.messages[0].content.split('\n')).toEqual([
      'in millions | 2009 | 2008',
      'net revenue | 5829 | 5735',
      example.question,
    ])
    expect(tight.trimmedSentences).toBe(4)
  })

  test.each(Array.from({ length: 60 }, (_, budget) => budget))(
    'a prompt is within a budget of %i, or dropped',
    (budget) => {
      const { messages, dropped } = fit(budget)
      expect(dropped || words(messages) <= budget).toBe(true)
    },
  )

  test('gold evidence plays no part in what is cut: an evaluation must not know it', () => {
    const misled = renderExample({ ...example, evidence: ['text_0'] }, { ...options, maxPromptTokens: 40 }, words)
    expect(misled.messages).toEqual(fit(40).messages)
  })

  test('drop and error', () => {
    expect(fit(10, 'drop').dropped).toBe(true)
    expect(() => fit(10, 'error')).toThrow(InputError)
    expect(() => fit(10, 'error')).toThrow('ETR/2009/page_12.pdf-1')
  })
})

describe('conversations', () => {
  const turn = {
    ...example,
    id: 'c_2',
    history: [
      { question: 'what was net revenue in 2009 ?', program: '5829', exeAns: 5829 },
      { question: 'and in 2008 ?', program: '5735', exeAns: 5735 },
    ],
    question: 'and the ratio ?',
    program: 'divide(5829, 5735)',
    exeAns: 1.01639,
  }

  test('the page stands in the first message, gold answers in between', () => {
    const { messages } = renderExample(turn, options)
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'assistant', 'user'])
    expect(messages[0].content.endsWith('\nwhat was net revenue in 2009 ?')).toBe(true)
    expect(messages.slice(1).map(({ content }) => content)).toEqual([
      '<answer>5829</answer>',
      'and in 2008 ?',
      '<answer>5735</answer>',
      'and the ratio ?',
    ])
  })

  test('or the model’s own answers as they stand', () => {
    const { messages } = renderExample(turn, options, undefined, ['I think 1', 'no idea'])
    expect(messages[1].content).toBe('I think 1')
    expect(messages[3].content).toBe('no idea')
  })
})

test.each([
  [1e21, '1000000000000000000000'],
  [0.00001, '0.00001'],
  [-0.0000001, '0'],
  [1.5e-5, '0.00002'], // the double lies just above the tie
  [5829, '5829'],
  ['yes', 'yes'],
])('%s is written %s', (value, text) => expect(formatValue(value)).toBe(text))

const shared = fileURLToPath(new URL('../../../shared/data/', import.meta.url))
test.skipIf(!existsSync(shared))(
  'real questions: reasoning finds a source for 99 in 100 (skipped where ../shared/data is absent)',
  async () => {
    const { examples } = await openDataSource({ type: 'finqa', path: join(shared, 'finqa/train.json') })
    const targets = (examples as QuestionExample[]).map(
      (item) => renderExample(item, { ...options, context: 'evidence' }).target,
    )
    for (const target of targets) expect(target).toMatch(/^<think>[^<>]+( > [^<>]+)*<\/think><answer>[^<>]+<\/answer>$/)
    expect(targets.filter((target) => / is |gives/.test(target)).length).toBeGreaterThan(0.99 * targets.length)
  },
)
