import { describe, expect, test } from 'vitest'
import type { QuestionExample } from '../../src/data/QuestionExample.js'
import { makeSyntheticExamples } from '../../src/data/makeSyntheticExamples.js'
import { makeSyntheticTexts } from '../../src/data/makeSyntheticTexts.js'
import { readFinqaEntry } from '../../src/data/readFinqaEntry.js'
import { renderExample } from '../../src/data/render/renderExample.js'
import { makeSyntheticEntry } from '../../src/data/synthetic/makeSyntheticEntry.js'
import { executeProgram } from '../../src/finqa/executeProgram.js'
import { operators } from '../../src/finqa/operators.js'
import { parseSteps } from '../../src/finqa/parseSteps.js'
import { tokenizeProgram } from '../../src/finqa/tokenizeProgram.js'

const examples = await makeSyntheticExamples({ seed: 3, examples: 1500 })
const stepsOf = ({ program }: QuestionExample) => {
  const steps = parseSteps(tokenizeProgram(program))
  return typeof steps === 'string' ? [] : steps
}

describe('invented questions', () => {
  test('every program executes to its value by the strict rules', () => {
    for (const { id, program, page, exeAns } of examples)
      expect(executeProgram(program, page, { dialect: 'finqa' }), id).toEqual({ valid: true, value: exeAns })
  })

  test('every figure of a program stands in its evidence (or is a constant, or in the question)', () => {
    for (const example of examples) {
      const { preText, postText, table } = example.page
      const sentences = [...preText, ...postText]
      const told = (example.evidence ?? []).map((key) => {
        const [kind, index] = key.split('_')
        return kind === 'text' ? sentences[Number(index)] : table[Number(index)].join(' ')
      })
      expect(told.length, example.id).toBeGreaterThan(0)
      for (const { operator, arg1, arg2 } of stepsOf(example))
        for (const argument of operator.startsWith('table_') ? [arg1] : [arg1, arg2])
          if (!/^(#|const_)/.test(argument))
            expect([...told, example.question].join(' '), example.id).toContain(argument)
    }
  })

  test('all operators, one to three steps, yes and no both ways', () => {
    const used = new Set(examples.flatMap((example) => stepsOf(example).map(({ operator }) => operator)))
    expect([...used].sort()).toEqual([...operators].sort())
    const share = (n: number) => examples.filter((example) => stepsOf(example).length === n).length / examples.length
    expect(share(1)).toBeCloseTo(0.5, 1)
    expect(share(2)).toBeCloseTo(0.35, 1)
    expect(share(3)).toBeCloseTo(0.15, 1)
    const yesNo = examples.filter(({ exeAns }) => typeof exeAns === 'string')
    const yes = yesNo.filter(({ exeAns }) => exeAns === 'yes').length / yesNo.length
    expect(yes).toBeGreaterThan(0.35)
    expect(yes).toBeLessThan(0.65)
  })

  test('short enough for a small model: digits apart, a prompt has some hundred tokens', () => {
    const lengths = examples.map((example) => {
      const { messages } = renderExample(example, compact)
      return messages
        .map(({ content }) => content)
        .join('\n')
        .match(/\d|[a-z]+|\n|[^\sa-z\d]/gi)!.length
    })
    lengths.sort((a, b) => a - b)
    expect(lengths[750]).toBeLessThan(130)
    expect(lengths[1499]).toBeLessThan(220)
  })

  test('steps and distractors are settings', async () => {
    const three = await makeSyntheticExamples({ seed: 1, examples: 50, steps: [0, 0, 1] })
    expect(three.every((example) => stepsOf(example).length === 3)).toBe(true)
    const bare = await makeSyntheticExamples({ seed: 1, examples: 50, distractors: 1 })
    const text = bare.flatMap(({ page }) => [...page.preText, ...page.postText]).join('\n')
    expect(text).not.toMatch(/bought|tax of|factor of/)
  })
})

const compact = {
  template: 'compact',
  context: 'full',
  table: 'rows',
  answer: 'program',
  reasoning: { type: 'program' },
  onTooLong: 'error',
} as const

describe('seeds', () => {
  test('the same seed and number give the same page, whatever is made before it', async () => {
    const late = await makeSyntheticExamples({ seed: 3, examples: 3, offset: 1000 })
    expect(late).toEqual(examples.slice(1000, 1003))
  })

  test('other seeds and other numbers give other pages', async () => {
    const other = await makeSyntheticExamples({ seed: 4, examples: 1500 })
    const pages = (list: readonly QuestionExample[]) => new Set(list.map(({ page }) => JSON.stringify(page)))
    const seen = pages(examples)
    expect(seen.size).toBe(1500)
    expect([...pages(other)].filter((page) => seen.has(page))).toEqual([])
    const ids = new Set([...examples, ...other].map(({ id }) => id))
    expect(ids.size).toBe(3000)
  })

  test('pretraining never sees a page of the questions, even under the same seed', () => {
    const tables = new Set(
      examples.map(({ page }) =>
        page.table
          .slice(1)
          .map((row) => row.join())
          .join(),
      ),
    )
    for (const { text } of makeSyntheticTexts({ seed: 3, examples: 300 })) {
      const rows = text
        .split('\n')
        .filter((line) => line.includes(' | '))
        .slice(1)
      expect(tables.has(rows.map((row) => row.split(' | ').join()).join())).toBe(false)
    }
  })
})

describe('pretraining text', () => {
  const texts = makeSyntheticTexts({ seed: 1, examples: 300 }).map(({ text }) => text)

  test('teaches reading, not answering: no program, no answer format', () => {
    for (const text of texts) expect(text).not.toMatch(/<think>|<answer>|\w\(|#\d|const_/)
  })

  test('what it says of the page is true', () => {
    for (const text of texts) {
      const rows = text
        .split('\n')
        .filter((line) => line.includes(' | '))
        .map((line) => line.split(' | '))
      for (const [, name, year, value] of text.matchAll(/^([a-z ]+) (\d{4}) is ([\d.]+)(?: ,|$)/gm)) {
        const row = rows.slice(1).find((cells) => cells[0] === name)
        if (row !== undefined) expect(row[rows[0].indexOf(year)]).toBe(value)
      }
      for (const [, digits, copy] of text.matchAll(/copy (\d+) : (\d+)/g)) expect(copy).toBe(digits)
    }
  })
})

test('conversations: later turns carry earlier ones, every turn executes', async () => {
  const turns = await makeSyntheticExamples({ seed: 5, examples: 400, turns: 1 })
  for (const { id, program, page, exeAns, turn, history } of turns) {
    expect(executeProgram(program, page), id).toEqual({ valid: true, value: exeAns })
    expect(history.length).toBe(turn)
    expect(id.endsWith(`_${turn}`)).toBe(true)
  }
})

test('an entry is FinQA JSON: it reads the same after a trip through text', () => {
  const entry = makeSyntheticEntry({ seed: 1 }, 7)
  expect(Object.keys(entry).sort()).toEqual(['filename', 'id', 'post_text', 'pre_text', 'qa', 'table'])
  expect(readFinqaEntry(JSON.parse(JSON.stringify(entry)))).toEqual(readFinqaEntry(entry))
})
