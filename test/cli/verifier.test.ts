import { describe, expect, test } from 'vitest'
import { fintune } from '../helpers/fintune.js'
import { temporaryFolder } from '../helpers/temporaryFolder.js'

describe('verifier explain', () => {
  test('for people: the verdict, how both sides are read, what each rule says', async () => {
    const { code, stdout, stderr } = await fintune(
      ['verifier', 'explain', '--gold=-32', '--answer', '$ (32)', '--verifier', 'rules'], // prettier-ignore
    )
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^equivalent \(number\): the same number\n/)
    expect(stdout).toContain('answer  "$ (32)", read as -32 $ ± 0.5')
    expect(stdout).toMatch(/\n {2}number +equivalent: the same number\n {2}range +leaves it open\n/)
  })

  test('for machines: one document', async () => {
    const { stdout } = await fintune(
      ['verifier', 'explain', '--gold', '0.98', '--answer', '97%', '--verifier', 'rules', '--json'], // prettier-ignore
    )
    expect(JSON.parse(stdout)).toMatchObject({
      verdict: 'different',
      decidedBy: 'number',
      rules: { goldQuantity: { value: 0.98 }, answerQuantity: { value: 97, kind: 'percent' } },
    })
  })
})

describe('verifier bench', () => {
  const pairs = [
    { gold: '2', answer: '1.98', equivalent: true, category: 'rounding' },
    { gold: '2', answer: '1.4', equivalent: false, category: 'rounding' },
    { gold: 'revenue grew', answer: 'sales rose', equivalent: true, category: 'text' },
    { gold: '5', answer: '5.0', equivalent: false, category: 'mislabelled' },
  ]

  test("of the user's own pairs: shares by category, from what was wrong", async () => {
    const cwd = await temporaryFolder({ 'pairs.jsonl': pairs.map((pair) => JSON.stringify(pair)).join('\n') })
    const { code, stdout } = await fintune(
      ['verifier', 'bench', '--pairs', 'pairs.jsonl', '--verifier', 'rules', '--json'],
      { cwd },
    )
    expect(code).toBe(0)
    // One of two equivalent pairs rejected (the text), one of two different ones accepted (the mislabelled).
    expect(JSON.parse(stdout)).toMatchObject({
      n: 4,
      error: 0.5,
      false_accept: 0.5,
      false_reject: 0.5,
      unknown: 0,
      by_category: {
        rounding: { n: 2, error: 0 },
        text: { n: 1, error: 1, false_reject: 1 },
        mislabelled: { n: 1, error: 1, false_accept: 1 },
      },
    })
  })

  test('of generated pairs: the rules accept nothing that is wrong', async () => {
    const { stdout } = await fintune([
      'verifier',
      'bench',
      '--verifier',
      'rules',
      '--examples',
      '2000',
      '--seed',
      '3',
      '--json',
    ])
    expect(JSON.parse(stdout)).toMatchObject({
      n: 2000,
      false_accept: 0,
      unknown: 0,
      by_category: { attack: { error: 0 } },
    })
  })

  test('a bad line is named, exit code 2', async () => {
    const cwd = await temporaryFolder({ 'pairs.jsonl': '{"gold": "5", "answer": "5", "equivalent": "yes"}\n' })
    const { code, stderr } = await fintune(['verifier', 'bench', '--pairs', 'pairs.jsonl', '--verifier', 'rules'], {
      cwd,
    })
    expect(code).toBe(2)
    expect(stderr).toMatch(/pairs\.jsonl line 1.*equivalent.*true or false/s)
  })
})
