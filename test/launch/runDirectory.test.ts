import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { packageRoot } from '../../src/lib/packageRoot.js'
import { fintune } from '../helpers/fintune.js'
import { runToEnd } from '../helpers/runToEnd.js'
import { temporaryFolder } from '../helpers/temporaryFolder.js'

// A finished LoRA run on a tiny golden model, and what can be done with its directory from the command line.

const model = join(packageRoot(), 'test/golden/tiny-qwen3')

async function finishedRun(): Promise<{ folder: string; directory: string; file: string }> {
  const ids = Array.from({ length: 8 }, (_, i) => Array.from({ length: 10 }, (_, t) => 3 + ((i * 31 + t * 7) % 300)))
  const folder = await temporaryFolder({
    'ids.jsonl': ids.map((line) => JSON.stringify({ input_ids: line, labels: line }) + '\n').join(''),
  })
  const file = join(folder, 'recipe.yaml')
  writeFileSync(
    file,
    `version: 1
name: small
output: ${join(folder, 'runs')}
model: {path: ${model}, adapter: {type: lora, rank: 4, alpha: 8, targets: [q_proj, v_proj]}}
data: {ids: {type: tokens, path: ${join(folder, 'ids.jsonl')}}}
stages: [{type: sft, name: sft, train: [ids], steps: 6, batchSize: 2, optimizer: {learningRate: 1.0e-2, schedule: constant}}]
checkpoint: {everySteps: 1, everyMinutes: null, keepLast: 2, keepEvery: 3}
`,
  )
  const { outcome } = await runToEnd(file)
  return { folder, directory: outcome.directory, file }
}

interface Listed {
  readonly checkpoints: readonly { readonly step: number; readonly keptAs: readonly string[] }[]
}

test('checkpoints are listed with why they are kept, verified, pruned, and exported for others to load', async () => {
  const { folder, directory } = await finishedRun()

  const listed = JSON.parse((await fintune(['checkpoints', 'list', directory, '--json'])).stdout) as Listed
  expect(listed.checkpoints.map(({ step, keptAs }) => [step, keptAs.join()])).toEqual([
    [3, 'every'],
    [5, 'last'],
    [6, 'last,stage end,every'],
  ])

  const manifest = JSON.parse(readFileSync(join(directory, 'sft/step-000006/manifest.json'), 'utf8')) as {
    metrics: Record<string, unknown>
  }
  expect(manifest.metrics['loss']).toBeTypeOf('number')
  for (const [name, value] of Object.entries(manifest.metrics)) expect(value, name).toBeTypeOf('number')

  const tokens = join(folder, 'probe.json')
  writeFileSync(tokens, JSON.stringify({ input_ids: [[3, 40, 17, 99, 5, 61]] }))
  const logprobs: number[][] = []
  for (const as of ['merged', 'adapter']) {
    const to = join(folder, as)
    expect(await fintune(['export', directory, '--to', to, '--as', as])).toMatchObject({ code: 0 })
    expect(readFileSync(join(to, 'README.md'), 'utf8')).toMatch(
      /after 6 optimizer steps[\s\S]*ids\.jsonl[\s\S]*steps: 6/,
    )
    const { stdout, code } = await fintune(['logprobs', to, '--tokens', tokens, '--json'])
    expect(code).toBe(0)
    logprobs.push((JSON.parse(stdout) as { logprobs: number[][] }).logprobs[0])
  }
  expect(existsSync(join(folder, 'merged', 'model.safetensors'))).toBe(true)
  expect(existsSync(join(folder, 'adapter', 'adapter_config.json'))).toBe(true)
  expect(logprobs[0]).toHaveLength(5)
  logprobs[0].forEach((value, i) => expect(value).toBeCloseTo(logprobs[1][i], 4))

  const state = join(directory, 'sft/step-000005/engine.safetensors')
  const bytes = readFileSync(state)
  bytes[bytes.length - 9] ^= 4
  writeFileSync(state, bytes)
  const verified = await fintune(['checkpoints', 'verify', directory])
  expect(verified.code).toBe(3)
  expect(verified.stdout).toMatch(/DAMAGED.*step-000005: engine\.safetensors is damaged/)

  expect(await fintune(['checkpoints', 'prune', directory, '--keep-last', '1'])).toMatchObject({ code: 0 })
  expect(readdirSync(join(directory, 'sft')).sort()).toEqual(['model', 'step-000003', 'step-000006'])
  expect(await fintune(['checkpoints', 'verify', directory])).toMatchObject({ code: 0 })
}, 180_000)

test('a full disk: a clear message, exit 1, the checkpoint before it whole; with space again the run goes on', async () => {
  const { folder, file, directory: unbroken } = await finishedRun()
  const directory = join(folder, 'full')
  const args = ['run', file, '--run-dir', directory, '--resume=auto']
  const full = await fintune(args, { env: { FINTUNE_DISK_FAULT: 'full@60' } })
  expect(full.code).toBe(1)
  expect(full.stderr).toMatch(/could not be written: the disk is full \(ENOSPC\)/)
  expect(full.stderr).not.toContain('Unexpected error')
  expect((await fintune(['checkpoints', 'verify', directory])).stdout).toMatch(/whole/)
  expect(await fintune(args)).toMatchObject({ code: 0 })
  const weights = (run: string) => readFileSync(join(run, 'sft/model/adapter_model.safetensors'))
  expect(weights(directory).equals(weights(unbroken))).toBe(true)
}, 180_000)

test('damage to run.json is harmless, and a directory that holds something else is not written over', async () => {
  const { folder, file, directory } = await finishedRun()
  writeFileSync(join(directory, 'run.json'), '{"schema": "fintune.r')
  const { outcome, lines } = await runToEnd(file, { resume: 'must' })
  expect(outcome.directory).toBe(directory)
  expect(lines).toHaveLength(6)
  writeFileSync(join(folder, 'steps.jsonl'), 'mine')
  const other = await fintune(['run', file, '--run-dir', folder])
  expect(other.code).toBe(2)
  expect(other.stderr).toMatch(/holds no run .*steps\.jsonl, recipe\.yaml, which a run would write over/)
})
