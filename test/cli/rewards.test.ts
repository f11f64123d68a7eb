import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { writeFileAtomic } from '../../src/lib/writeFileAtomic.js'
import { fintune } from '../helpers/fintune.js'
import { temporaryFolder } from '../helpers/temporaryFolder.js'

const recipe = (answer: string) => `version: 1
name: check
model: {path: embedded}
data: {pages: {type: synthetic, examples: 30}}
prompt: {answer: ${answer}}
verifier: {model: {type: none}}
stages: [{type: grpo, name: grpo, train: [pages], steps: 4}]
`

test.each(['program', 'text'])('gold answers as %s score full marks, known-bad ones do not', async (answer) => {
  const cwd = await temporaryFolder({ 'recipe.yaml': recipe(answer) })
  const { code, stdout } = await fintune(['rewards', 'check', 'recipe.yaml', '--json'], { cwd })
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({
    passed: true,
    stages: [{ stage: 'grpo', gold: { scored: 30, failures: [] }, knownBad: { failures: [] }, problems: [] }],
  })
})

test('gold that does not execute to its own value fails the gate: exit code 3, each one listed', async () => {
  const cwd = await temporaryFolder({})
  const page = {
    id: 'p/1',
    filename: 'p.pdf',
    pre_text: ['sales were 12 .'],
    post_text: [],
    table: [
      ['', '2009'],
      ['sales', '12'],
    ],
  }
  const entries = [3, 4].map((value, i) => ({
    ...page,
    id: `p/${i}`,
    qa: { question: 'how much ?', program: 'add(1, 2)', exe_ans: value, gold_inds: { text_0: 'sales were 12 .' } },
  }))
  await writeFileAtomic(join(cwd, 'train.json'), JSON.stringify(entries))
  await writeFileAtomic(
    join(cwd, 'recipe.yaml'),
    recipe('program').replace('{type: synthetic, examples: 30}', '{type: finqa, path: train.json}'),
  )
  const { code, stdout } = await fintune(['rewards', 'check', 'recipe.yaml'], { cwd })
  expect(code).toBe(3)
  expect(stdout).toContain('p/1: scores 1 (the program gives 3, gold 4)')
  expect(stdout).toContain('FAILED: 1 of 2 gold answers do not score full marks')
  expect(readFileSync(join(cwd, 'train.json'), 'utf8')).toBe(JSON.stringify(entries))
})

test('a recipe without rewards to check is an input error', async () => {
  const cwd = await temporaryFolder({
    'recipe.yaml': recipe('program').replace(/type: grpo, name: grpo/, 'type: sft, name: sft'),
  })
  const { code, stderr } = await fintune(['rewards', 'check', 'recipe.yaml'], { cwd })
  expect(code).toBe(2)
  expect(stderr).toContain('check has no grpo stage')
})
