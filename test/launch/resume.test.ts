import { createHash } from 'node:crypto'
import { appendFileSync, cpSync, existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { packageRoot } from '../../src/lib/packageRoot.js'
import { canonicalStepLog } from '../../src/metrics/canonicalStepLog.js'
import { deterministicFields } from '../../src/metrics/deterministicFields.js'
import { fintune } from '../helpers/fintune.js'
import { readLines, runToEnd } from '../helpers/runToEnd.js'
import { temporaryFolder } from '../helpers/temporaryFolder.js'

// SFT and GRPO (two updates a batch, KL, so that a checkpoint carries rollouts and the reference) on a tiny golden model.

const model = join(packageRoot(), 'test/golden/tiny-qwen3')

function tokens(count: number): string {
  const line = (i: number) => Array.from({ length: 12 }, (_, t) => 3 + ((i * 31 + t * 7) % 300))
  const lines = Array.from({ length: count }, (_, i) => ({ input_ids: line(i), labels: line(i) }))
  return lines.map((entry) => JSON.stringify(entry) + '\n').join('')
}

function rollouts(count: number): string {
  const completion = (g: number, i: number) => ({
    ids: [5 + g, 9 + i, 40 + g * i, 2],
    reward: (g + i) % 3,
    old_logprobs: null,
  })
  const group = (g: number) => ({ prompt_ids: [7, 8 + g, 9], completions: [0, 1, 2, 3].map((i) => completion(g, i)) })
  return Array.from({ length: count }, (_, g) => JSON.stringify(group(g)) + '\n').join('')
}

function recipe(folder: string): string {
  return `version: 1
name: resume
seed: 3
output: ${join(folder, 'runs')}
model: {path: ${model}, adapter: {type: lora, rank: 4, alpha: 8, targets: [q_proj, v_proj]}}
data: {ids: {type: tokens, path: ${join(folder, 'ids.jsonl')}}}
stages:
  - {type: sft, name: sft, train: [ids], steps: 7, batchSize: 3, optimizer: {learningRate: 1.0e-3, warmupSteps: 2}}
  - type: grpo
    name: grpo
    steps: 6
    promptsPerStep: 2
    updatesPerBatch: 2
    numGenerations: 4
    maxCompletionLength: 8
    rollouts: {type: replay, path: ${join(folder, 'rollouts.jsonl')}}
    loss: {type: dapo, beta: 0.04}
    optimizer: {learningRate: 1.0e-3}
checkpoint: {everySteps: 3, everyMinutes: null, keepLast: 2}
`
}

async function folderWithRecipe(): Promise<string> {
  const folder = await temporaryFolder({ 'ids.jsonl': tokens(11), 'rollouts.jsonl': rollouts(6) })
  writeFileSync(join(folder, 'recipe.yaml'), recipe(folder))
  return folder
}

function canonical(directory: string): unknown[] {
  return canonicalStepLog(readLines(directory)).map(deterministicFields)
}

function weightsHash(directory: string): string {
  return createHash('sha256')
    .update(readFileSync(join(directory, 'grpo/model/adapter_model.safetensors')))
    .digest('hex')
}

describe('resume', () => {
  test('a run stopped after any step and resumed equals the unbroken one', async () => {
    const folder = await folderWithRecipe()
    const file = join(folder, 'recipe.yaml')
    const { outcome: unbroken } = await runToEnd(file)
    for (const maxSteps of [1, 7, 8, 11]) {
      const output = `output=${join(folder, `runs-${maxSteps}`)}`
      await runToEnd(file, { set: [output], maxSteps })
      const { outcome: resumed, lines } = await runToEnd(file, { set: [output], resume: 'must' })
      expect(canonical(resumed.directory)).toEqual(canonical(unbroken.directory))
      expect(weightsHash(resumed.directory)).toBe(weightsHash(unbroken.directory))
      expect(lines.at(-1)?.attempt).toBe(2)
    }
  })

  test('steps that were logged after the last checkpoint are run again and must equal the lost ones', async () => {
    const folder = await folderWithRecipe()
    const file = join(folder, 'recipe.yaml')
    const { outcome: unbroken } = await runToEnd(file)
    const set = [`output=${join(folder, 'runs-lost')}`]
    const { outcome } = await runToEnd(file, { set, maxSteps: 11 })
    // As if killed after step 11 was logged and before it was checkpointed, in the middle of writing line 12.
    rmSync(join(outcome.directory, 'grpo/step-000004'), { recursive: true })
    appendFileSync(join(outcome.directory, 'steps.jsonl'), '{"schema":"fintune.step/1","ru')
    const { outcome: resumed, lines } = await runToEnd(file, { set, resume: 'auto' })
    expect(canonical(resumed.directory)).toEqual(canonical(unbroken.directory))
    expect(lines.filter(({ stage, step }) => stage === 'grpo' && step === 4)).toHaveLength(2)
    expect(weightsHash(resumed.directory)).toBe(weightsHash(unbroken.directory))
  })

  test('a lost step that comes out otherwise is a named error', async () => {
    const folder = await folderWithRecipe()
    const file = join(folder, 'recipe.yaml')
    const { outcome } = await runToEnd(file, { maxSteps: 5 })
    rmSync(join(outcome.directory, 'sft/step-000005'), { recursive: true })
    const log = join(outcome.directory, 'steps.jsonl')
    const lines = readFileSync(log, 'utf8').split('\n')
    lines[4] = lines[4].replace(/"loss":[\d.]+/, '"loss":1.5')
    writeFileSync(log, lines.join('\n'))
    await expect(runToEnd(file, { resume: 'auto' })).rejects.toThrow(/step 5 of stage sft.*\n.*loss: 1.5 →/)
    const status = JSON.parse(readFileSync(join(outcome.directory, 'run.json'), 'utf8')) as Record<string, unknown>
    expect(status).toMatchObject({ status: 'failed', cause: 'replay_mismatch' })
  })

  test('a damaged checkpoint gives way to the one before', async () => {
    const folder = await folderWithRecipe()
    const file = join(folder, 'recipe.yaml')
    const { outcome: unbroken } = await runToEnd(file)
    const set = [`output=${join(folder, 'runs-damaged')}`]
    const { outcome } = await runToEnd(file, { set, maxSteps: 6 })
    const damaged = join(outcome.directory, 'sft/step-000006')
    const state = readdirSync(damaged).find((name) => name.endsWith('.safetensors')) as string
    const bytes = readFileSync(join(damaged, state))
    bytes[bytes.length - 5] ^= 1
    writeFileSync(join(damaged, state), bytes)
    const { outcome: resumed } = await runToEnd(file, { set, resume: 'auto' })
    expect(canonical(resumed.directory)).toEqual(canonical(unbroken.directory))
  })

  test('a changed recipe is refused with its keys; logging may change', async () => {
    const folder = await folderWithRecipe()
    const file = join(folder, 'recipe.yaml')
    await runToEnd(file, { maxSteps: 2 })
    const changed = runToEnd(file, { resume: 'auto', set: ['stages[0].optimizer.learningRate=0.5'] })
    await expect(changed).rejects.toThrow(/stages\[0\]\.optimizer\.learningRate: was 0.001, is 0.5/)
    await runToEnd(file, { resume: 'auto', maxSteps: 3, set: ['log.completionsPerStep=1'] })
  })

  test.each(['rollouts.jsonl', 'ids.jsonl', 'model/config.json'])(
    'a changed %s is refused by its name',
    async (name) => {
      const folder = await folderWithRecipe()
      const file = join(folder, 'recipe.yaml')
      cpSync(model, join(folder, 'model'), { recursive: true })
      const set = [`model.path=${join(folder, 'model')}`]
      await runToEnd(file, { set, maxSteps: 1 })
      appendFileSync(join(folder, name), name.endsWith('.json') ? ' ' : readFileSync(join(folder, name)))
      const named = name.replace('/config.json', '')
      await expect(runToEnd(file, { set, resume: 'auto' })).rejects.toThrow(`${join(folder, named)} changed since`)
    },
  )

  test('what a run leaves that was killed before its first run.json is not in the way of the next start', async () => {
    const folder = await folderWithRecipe()
    const file = join(folder, 'recipe.yaml')
    const { outcome } = await runToEnd(file, { maxSteps: 1 })
    for (const name of readdirSync(outcome.directory)) {
      if (name !== 'recipe.yaml') rmSync(join(outcome.directory, name), { recursive: true })
    }
    for (const name of ['steps.jsonl', 'verdicts.jsonl']) writeFileSync(join(outcome.directory, name), '')
    expect((await runToEnd(file, { maxSteps: 1 })).lines).toHaveLength(1)
    rmSync(join(outcome.directory, 'run.json'))
    await expect(runToEnd(file)).rejects.toThrow(/holds no run .*steps\.jsonl/)
  })

  test('a run that is done goes on for more steps, as if it had been begun with them; fewer are refused', async () => {
    const folder = await folderWithRecipe()
    const file = join(folder, 'recipe.yaml')
    const more = 'stages[1].steps=8'
    const { outcome: long } = await runToEnd(file, { set: [`output=${join(folder, 'runs-long')}`, more] })
    const { outcome } = await runToEnd(file)
    const { outcome: longer } = await runToEnd(file, { resume: 'auto', set: [more] })
    expect(canonical(longer.directory)).toEqual(canonical(long.directory))
    expect(weightsHash(longer.directory)).toBe(weightsHash(long.directory))
    expect(readFileSync(join(outcome.directory, 'changes.jsonl'), 'utf8')).toContain(
      '"key":"stages[1].steps","was":6,"is":8',
    )
    await expect(runToEnd(file, { resume: 'auto' })).rejects.toThrow(/stages\[1\]\.steps: was 8, is 6/)
    const tooLate = runToEnd(file, { resume: 'auto', set: [more, 'stages[0].steps=9'] })
    await expect(tooLate).rejects.toThrow(/stage sft is over and grpo has built on it/)
  })
})

describe('the command', () => {
  test('a run that is there is not touched without --resume: exit 2 and three ways out', async () => {
    const folder = await folderWithRecipe()
    const file = join(folder, 'recipe.yaml')
    await runToEnd(file, { maxSteps: 1 })
    const { code, stderr } = await fintune(['run', file])
    expect(code).toBe(2)
    expect(stderr).toContain('--resume=auto')
    expect(stderr).toContain('--run-dir')
    expect(stderr).toContain('rm -r')
  })

  test('SIGTERM ends in a checkpoint and exit 75; resumed, the run equals the unbroken one', async () => {
    const folder = await folderWithRecipe()
    const file = join(folder, 'recipe.yaml')
    const long = ['--set', 'stages[0].steps=200']
    const unbroken = await fintune(['run', file, ...long, '--run-dir', join(folder, 'unbroken')])
    expect(unbroken.code).toBe(0)
    const stopped = join(folder, 'stopped')
    let second: ReturnType<typeof fintune> | undefined
    const signalled = await fintune(['run', file, ...long, '--run-dir', stopped], {
      onStart: (child) => {
        const timer = setInterval(() => {
          const log = join(stopped, 'steps.jsonl')
          if (!existsSync(log) || readFileSync(log, 'utf8').split('\n').length < 20) return
          clearInterval(timer)
          second = fintune(['run', file, ...long, '--run-dir', stopped, '--resume=auto'])
          void second.then(() => child.kill('SIGTERM'))
        }, 20)
        child.once('close', () => clearInterval(timer))
      },
    })
    const locked = await second
    expect(locked?.code).toBe(2)
    expect(locked?.stderr).toMatch(/another process works on this run: \d+ on /)
    expect(signalled.code).toBe(75)
    const status = JSON.parse(readFileSync(join(stopped, 'run.json'), 'utf8')) as Record<string, unknown>
    expect(status).toMatchObject({ status: 'interrupted', cause: 'signal' })
    const resumed = await fintune(['run', file, ...long, '--run-dir', stopped, '--resume=must'])
    expect(resumed.code).toBe(0)
    expect(canonical(stopped)).toEqual(canonical(join(folder, 'unbroken')))
    expect(weightsHash(stopped)).toBe(weightsHash(join(folder, 'unbroken')))
  }, 180_000)
})
