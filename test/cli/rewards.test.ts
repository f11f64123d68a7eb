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

test('a reward of one’s own in TypeScript is loaded, tried on gold, and named where it is wrong', async () => {
  const cwd = await temporaryFolder({
    'rewards/units.ts': `import { isShort } from './isShort.js'
export default {
  best: 1,
  score: (inputs: readonly { completion: string }[], { options }: { options: { limit: number } }): number[] =>
    inputs.map(({ completion }) => (isShort(completion, options.limit) ? 1 : 0)),
}
`,
    'rewards/isShort.ts':
      'export const isShort = (text: string, limit: number): boolean => text.length <= limit satisfies boolean\n',
    'rewards/broken.ts': 'export default (inputs: =>\n',
  })
  const withTerm = (path: string, limit: number) =>
    `${recipe('text')}rewards: {terms: [{type: format}, {type: module, path: ${path}, options: {limit: ${limit}}}]}\n`
  await writeFileAtomic(join(cwd, 'fits.yaml'), withTerm('rewards/units.ts', 10_000))
  await writeFileAtomic(join(cwd, 'strict.yaml'), withTerm('rewards/units.ts', 5))
  await writeFileAtomic(join(cwd, 'broken.yaml'), withTerm('rewards/broken.ts', 5))
  expect((await fintune(['rewards', 'check', 'fits.yaml'], { cwd })).code).toBe(0)
  const strict = await fintune(['rewards', 'check', 'strict.yaml'], { cwd })
  expect(strict.code).toBe(3)
  expect(strict.stdout).toContain('gold answers do not score full marks')
  const broken = await fintune(['rewards', 'check', 'broken.yaml'], { cwd })
  expect(broken.code).toBe(2)
  expect(broken.stderr).toMatch(/module rewards\/broken\.ts: does not load/)
})
