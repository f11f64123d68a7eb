import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { packageRoot } from '../../src/lib/packageRoot.js'
import { fintune } from '../helpers/fintune.js'
import { temporaryFolder } from '../helpers/temporaryFolder.js'

const good = `version: 1
name: small
model: {path: embedded}
data: {pages: {type: synthetic, examples: 10}}
stages: [{type: sft, train: [pages], steps: 4}]
`

test('every shipped recipe', async () => {
  const files = readdirSync(join(packageRoot(), 'recipes'))
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => `recipes/${name}`)
  const { code, stdout, stderr } = await fintune(['validate', ...files])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toContain('recipes/quickstart.yaml is valid: ')
  expect(stdout.trim().split('\n')).toHaveLength(files.length)
})

test('good and bad together: all problems of all files, exit code 2', async () => {
  const cwd = await temporaryFolder({
    'good.yaml': good,
    'bad.yaml': good.replace('steps: 4', 'stpes: 4'),
    'broken.yaml': 'version: 1\n\tname: x\n',
  })
  const { code, stdout, stderr } = await fintune(['validate', 'good.yaml', 'bad.yaml', 'broken.yaml', 'none.yaml'], {
    cwd,
  })
  expect(code).toBe(2)
  expect(stdout).toBe('good.yaml is valid: sft\n')
  expect(stderr).toContain(
    'bad.yaml has 1 problem:\n  stages[0].stpes: unknown key; did you mean "steps"? (bad.yaml:5:38)',
  )
  expect(stderr).toMatch(/broken YAML: .*tab.* \(broken\.yaml:2:1\)/i)
  expect(stderr).toContain('none.yaml has 1 problem:\n  there is no such file')
  expect(stderr).not.toMatch(/^\s+at /m)
})

test('--set takes one value and may be repeated', async () => {
  const cwd = await temporaryFolder({ 'good.yaml': good })
  const set = ['--set', 'stages[0].steps=7', '--set', 'stages[0].batchSize=0']
  const { code, stderr } = await fintune(['validate', ...set, 'good.yaml'], { cwd })
  expect(code).toBe(2)
  expect(stderr).toContain('good.yaml has 1 problem:')
  expect(stderr).toContain('stages[0].batchSize: found 0; expected 1 or more (--set stages[0].batchSize=0)')
})

test('--json is one document on stdout, and nothing is said elsewhere', async () => {
  const cwd = await temporaryFolder({ 'good.yaml': good, 'bad.yaml': good.replace('version: 1', 'version: 3') })
  const { code, stdout, stderr } = await fintune(['validate', 'good.yaml', 'bad.yaml', '--json'], { cwd })
  expect({ code, stderr }).toEqual({ code: 2, stderr: '' })
  expect(JSON.parse(stdout)).toEqual({
    recipes: [
      { file: 'good.yaml', valid: true, name: 'small', stages: ['sft'], problems: [] },
      {
        file: 'bad.yaml',
        valid: false,
        problems: [{ path: 'version', message: 'found 3; allowed: 1', line: 1, column: 1 }],
      },
    ],
  })
})
