import { describe, expect, test } from 'vitest'
import { fintune } from '../helpers/fintune.js'
import { temporaryFolder } from '../helpers/temporaryFolder.js'

/** A recipe whose verifier is rules without the one for numbers. */
const withoutNumbers = `version: 1
name: fewer
model: {path: embedded}
data: {pages: {type: synthetic, examples: 4, seed: 1}}
verifier: {rules: {disabled: [number]}, model: {type: none}}
stages: [{type: grpo, name: grpo, train: [pages], steps: 1}]
`

describe('verifier explain', () => {
  test('a rule that the recipe switches off does not decide, and is shown as switched off', async () => {
    const cwd = await temporaryFolder({ 'recipe.yaml': withoutNumbers })
    const explain = ['verifier', 'explain', '--gold', '5', '--answer', '5.0', '--verifier', 'recipe.yaml']
    const { code, stdout } = await fintune([...explain, '--json'], { cwd })
    expect(code).toBe(0)
    const { verdict, decidedBy, rules } = JSON.parse(stdout)
    expect({ verdict, decidedBy }).toEqual({ verdict: 'different', decidedBy: 'rules' })
    const off = rules.rules.filter(({ disabled }: { disabled: boolean }) => disabled)
    expect(off).toEqual([
      { rule: 'number', decision: { verdict: 'equivalent', reason: 'the same number' }, disabled: true },
    ])
    expect((await fintune(explain, { cwd })).stdout).toMatch(
      /\n {2}number +\(switched off\) equivalent: the same number\n/,
    )
  })

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
    // One of two different pairs accepted (the mislabelled one); of the text the rules say nothing.
    expect(JSON.parse(stdout)).toMatchObject({
      n: 4,
      error: 0.5,
      false_accept: 0.5,
      false_reject: 0,
      unknown: 0.25,
      coverage: 0.75,
      by_category: {
        rounding: { n: 2, error: 0 },
        text: { n: 1, error: 1, unknown: 1 },
        mislabelled: { n: 1, error: 1, false_accept: 1 },
      },
      rules: { coverage: 0.75, agreement: 1 },
      attack: { n: 1050, false_accept: 0 },
      problems: ['false accepts: 50.00 %, allowed 0.50 %'],
    })
    expect(code).toBe(3)
  })

  test('agreement is with the rules that the verifier has', async () => {
    const cwd = await temporaryFolder({
      'pairs.jsonl': pairs.map((pair) => JSON.stringify(pair)).join('\n'),
      'recipe.yaml': withoutNumbers,
    })
    const args = ['verifier', 'bench', '--pairs', 'pairs.jsonl', '--verifier', 'recipe.yaml', '--no-attacks', '--json']
    // Three of the four are for the rule that is off.
    expect(JSON.parse((await fintune(args, { cwd })).stdout).rules).toEqual({ coverage: 0 })
  })

  test('limits are the caller’s', async () => {
    const cwd = await temporaryFolder({ 'pairs.jsonl': pairs.map((pair) => JSON.stringify(pair)).join('\n') })
    const bench = ['verifier', 'bench', '--pairs', 'pairs.jsonl', '--verifier', 'rules', '--no-attacks']
    const lax = await fintune([...bench, '--max-false-accept', '0.5'], { cwd })
    expect(lax.code).toBe(0)
    const strict = await fintune([...bench, '--max-false-accept', '0.5', '--max-error', '0.1'], { cwd })
    expect(strict.code).toBe(3)
    expect(strict.stdout).toContain('FAILED: error: 50.00 %, allowed 10.00 %')
  })

  test('of generated pairs: the rules accept nothing that is wrong', async () => {
    const { code, stdout } = await fintune([
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
    const report = JSON.parse(stdout)
    expect(report).toMatchObject({ n: 2000, false_accept: 0, false_reject: 0, attack: { n: 300, false_accept: 0 } })
    expect(Object.keys(report.by_category).length).toBeGreaterThan(30)
    expect(report.coverage).toBeGreaterThan(0.85)
    expect(code).toBe(0)
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
