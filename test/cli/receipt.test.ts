import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Receipt } from '../../src/launch/receipt/Receipt.js'
import type { ReceiptCheck } from '../../src/launch/receipt/ReceiptCheck.js'
import { fintune } from '../helpers/fintune.js'
import { temporaryFolder } from '../helpers/temporaryFolder.js'
import { tokenRecipe } from '../helpers/tokenRecipe.js'

const grpo = `  - {type: grpo, name: grpo, steps: 4, promptsPerStep: 2, updatesPerBatch: 2, numGenerations: 4, maxCompletionLength: 8,
     rollouts: {type: replay, path: rollouts.jsonl}, loss: {beta: 0.04}, optimizer: {learningRate: 1.0e-3}}
`

function rollouts(): string {
  const completion = (g: number, i: number) => ({
    ids: [5 + g, 9 + i, 40 + g * i, 2],
    reward: (g + i) % 3,
    old_logprobs: null,
  })
  const group = (g: number) => ({ prompt_ids: [7, 8 + g, 9], completions: [0, 1, 2, 3].map((i) => completion(g, i)) })
  return Array.from({ length: 4 }, (_, g) => JSON.stringify(group(g)) + '\n').join('')
}

function flipByte(file: string): () => void {
  const whole = readFileSync(file)
  const damaged = Buffer.from(whole)
  damaged[damaged.length - 3] ^= 1
  writeFileSync(file, damaged)
  return () => writeFileSync(file, whole)
}

test('a receipt says what went in and came out; verify finds every change, and takes steps again', async () => {
  const recipe = tokenRecipe({ steps: 5, stages: grpo })
  const folder = await temporaryFolder({ ...recipe, 'rollouts.jsonl': rollouts() })
  const keepAll = ['--set', 'checkpoint.everySteps=1', '--set', 'checkpoint.keepLast=20']
  expect((await fintune(['run', 'recipe.yaml', ...keepAll], { cwd: folder })).code).toBe(0)

  const { stdout } = await fintune(['receipt', 'runs/tiny', '--json'], { cwd: folder })
  const receipt = JSON.parse(stdout) as Receipt
  expect(receipt).toMatchObject({ schema: 'fintune.receipt/1', run: 'tiny', status: 'done', attempts: 1 })
  expect(receipt.in).toMatchObject({ seeds: { run: 3 }, code: expect.stringMatching(/^[0-9a-f]{64}$/) as string })
  expect(receipt.in.data.map(({ path }) => path)).toEqual(['ids.jsonl', 'rollouts.jsonl'])
  expect(receipt.out.steps).toBe(9)
  expect(receipt.out.models.map(({ path }) => path)).toEqual(['sft/model', 'grpo/model'])
  expect(JSON.parse(readFileSync(join(folder, 'runs/tiny/receipt.json'), 'utf8'))).toEqual(receipt)

  const verify = async (...more: string[]) => {
    const { code, stdout } = await fintune(['receipt', 'verify', 'runs/tiny', '--json', ...more], { cwd: folder })
    return { code, checks: (JSON.parse(stdout) as { checks: ReceiptCheck[] }).checks }
  }
  const logBefore = readFileSync(join(folder, 'runs/tiny/steps.jsonl'))
  const whole = await verify('--steps', '9')
  expect(whole.code).toBe(0)
  expect(whole.checks.filter(({ outcome }) => outcome !== 'same')).toEqual([])
  const replayed = whole.checks.filter(({ what }) => what.startsWith('step ')).map(({ what }) => what)
  expect(replayed).toEqual([
    ...[1, 2, 3, 4, 5].map((step) => `step ${step} of sft`),
    ...[1, 2, 3, 4].map((step) => `step ${step} of grpo`),
  ])
  expect(readFileSync(join(folder, 'runs/tiny/steps.jsonl'))).toEqual(logBefore)

  for (const file of [
    'ids.jsonl',
    'runs/tiny/grpo/model/model.safetensors',
    'runs/tiny/sft/step-000002/engine.safetensors',
  ]) {
    const mend = flipByte(join(folder, file))
    const { code, checks } = await verify('--steps', '0')
    expect(code).toBe(3)
    const found = checks.filter(({ outcome }) => outcome === 'differs').map(({ what }) => what)
    expect(found).toHaveLength(1)
    expect(file).toContain(found[0])
    mend()
  }
}, 180_000)
