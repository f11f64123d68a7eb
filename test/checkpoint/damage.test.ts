import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CheckpointError } from '../../src/checkpoint/CheckpointError.js'
import { latestCheckpoint } from '../../src/checkpoint/latestCheckpoint.js'
import { saveCheckpoint } from '../../src/checkpoint/saveCheckpoint.js'
import { StepLogWriter } from '../../src/checkpoint/StepLogWriter.js'
import { tidyRunDirectory } from '../../src/checkpoint/tidyRunDirectory.js'
import { VerdictLog } from '../../src/checkpoint/VerdictLog.js'
import { verifyCheckpoint } from '../../src/checkpoint/verifyCheckpoint.js'
import type { Engine } from '../../src/engine/Engine.js'
import type { StepLogLine } from '../../src/metrics/StepLogLine.js'
import { temporaryFolder } from '../helpers/temporaryFolder.js'

// The store itself, with an engine whose state is one small file: what is damaged is found, whatever bit it is.

const engine = {
  capabilities: () => ({ trainableParameters: 8 }),
  saveState: async (directory: string) => writeFileSync(join(directory, 'state.bin'), Buffer.from([1, 2, 3, 4])),
} as unknown as Engine

function line(step: number, attempt = 1): StepLogLine {
  return {
    schema: 'fintune.step/1',
    run: 'r',
    attempt,
    stage: 'sft',
    stageIndex: 0,
    step,
    globalStep: step,
    time: '2026-01-01T00:00:00.000Z',
    metrics: { loss: 1 / step, step_time: 0.5 },
  }
}

/** A run of five steps with checkpoints after steps 2 and 4. */
async function runWithCheckpoints(): Promise<string> {
  const run = await temporaryFolder({ 'run.json': '{}' })
  const log = new StepLogWriter(join(run, 'steps.jsonl'))
  const verdicts = new VerdictLog(join(run, 'verdicts.jsonl'))
  verdicts.open()
  for (let step = 1; step <= 5; step++) {
    log.append(line(step))
    verdicts.keep([{ pair: { gold: 'a', answer: `b${step}` }, verdict: different }])
    if (step % 2 === 1) continue
    const position = { stageIndex: 0, stage: 'sft', step, globalStep: step, stageDone: false, carry: { numTokens: 7 } }
    const { written } = await saveCheckpoint({
      runDirectory: run,
      engine,
      whileTraining: false,
      content: {
        position,
        metrics: { loss: 1 / step },
        inputs: { model: { path: 'm', sha256: 'x' }, data: [], versions: {} },
        stepLog: log.extent,
        verdicts: verdicts.extent,
      },
    })
    await written
  }
  log.close()
  verdicts.close()
  return run
}

const different = { verdict: 'different', reason: 'not the same', decidedBy: 'model' } as const
const quiet = () => {}

function flip(file: string, at: number): void {
  const bytes = readFileSync(file)
  bytes[Math.floor(at / 8) % bytes.length] ^= 1 << (at % 8)
  writeFileSync(file, bytes)
}

describe('bit flips', () => {
  test('any one in any file of a checkpoint is found, and the one before is taken', async () => {
    const run = await runWithCheckpoints()
    const directory = join(run, 'sft/step-000004')
    const files = readdirSync(directory)
    expect(files.sort()).toEqual(['manifest.json', 'state.bin'])
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...files), fc.nat(1 << 20), async (name, at) => {
        const file = join(directory, name)
        const whole = readFileSync(file)
        flip(file, at)
        await expect(verifyCheckpoint(directory)).rejects.toThrow(CheckpointError)
        const latest = await latestCheckpoint(run, ['sft'], quiet)
        expect(latest?.manifest.position.step).toBe(2)
        writeFileSync(file, whole)
      }),
    )
    await verifyCheckpoint(directory)
  })

  test('one in the part of a log that a manifest covers is found; behind it nothing is', async () => {
    const run = await runWithCheckpoints()
    const directory = join(run, 'sft/step-000004')
    const { stepLog, verdicts } = await verifyCheckpoint(directory)
    const logs = { 'steps.jsonl': stepLog.bytes, 'verdicts.jsonl': verdicts.bytes }
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...(Object.keys(logs) as (keyof typeof logs)[])),
        fc.nat(1 << 20),
        async (name, place) => {
          const file = join(run, name)
          const whole = readFileSync(file)
          const at = place % (whole.length * 8)
          flip(file, at)
          const found = verifyCheckpoint(directory)
          if (at / 8 < logs[name]) await expect(found).rejects.toThrow(/damaged/)
          else await found
          writeFileSync(file, whole)
        },
      ),
    )
  })

  test('one behind the covered part of the step log leaves every covered line, and lines that can be read', async () => {
    const run = await runWithCheckpoints()
    const path = join(run, 'steps.jsonl')
    const { stepLog } = await verifyCheckpoint(join(run, 'sft/step-000004'))
    const whole = readFileSync(path)
    fc.assert(
      fc.property(fc.nat((whole.length - stepLog.bytes) * 8 - 1), (place) => {
        writeFileSync(path, whole)
        flip(path, stepLog.bytes * 8 + place)
        new StepLogWriter(path, { covered: stepLog }).close()
        const after = readFileSync(path)
        expect(after.subarray(0, stepLog.bytes)).toEqual(whole.subarray(0, stepLog.bytes))
        const lines = after.toString('utf8').split('\n').slice(0, -1)
        expect(lines.length === 4 || lines.length === 5).toBe(true)
        for (const text of lines) JSON.parse(text)
      }),
    )
  })
})

test('where no checkpoint is whole, that is an error, not a start from zero', async () => {
  const run = await runWithCheckpoints()
  for (const step of ['2', '4']) flip(join(run, `sft/step-00000${step}/state.bin`), 3)
  await expect(latestCheckpoint(run, ['sft'], quiet)).rejects.toThrow(/no checkpoint before it is whole/)
})

test('a manifest that names a file outside its checkpoint is refused', async () => {
  const run = await runWithCheckpoints()
  const { encodeManifest } = await import('../../src/checkpoint/encodeManifest.js')
  const directory = join(run, 'sft/step-000004')
  const { sha256: _, ...content } = await verifyCheckpoint(directory)
  const files = content.files.map((file) => ({ ...file, path: '../../run.json' }))
  writeFileSync(join(directory, 'manifest.json'), encodeManifest({ ...content, files }))
  await expect(verifyCheckpoint(directory)).rejects.toThrow(/outside the checkpoint: \.\.\/\.\.\/run\.json/)
})

test('what a process leaves that was killed while it replaced a checkpoint is mended', async () => {
  const run = await runWithCheckpoints()
  const directory = join(run, 'sft/step-000004')
  await rename(directory, `${directory}.replaced`)
  await mkdir(`${directory}.99.tmp`)
  writeFileSync(join(run, '.run.json.99.tmp'), '{"sch')
  await tidyRunDirectory(run)
  expect(readdirSync(join(run, 'sft')).sort()).toEqual(['step-000002', 'step-000004'])
  expect(existsSync(join(run, '.run.json.99.tmp'))).toBe(false)
  await verifyCheckpoint(directory)
})

describe('the step log', () => {
  test('a step that was run twice, over two resumes, goes on; one that is out of order is not believed', async () => {
    const folder = await temporaryFolder()
    const path = join(folder, 'steps.jsonl')
    const lines = [line(1), line(2), line(3), line(2, 2), line(3, 2), line(3, 3), line(4, 3)]
    const text = lines.map((entry) => JSON.stringify(entry) + '\n').join('')
    writeFileSync(path, text)
    new StepLogWriter(path).close()
    expect(readFileSync(path, 'utf8')).toBe(text)
    const warnings: string[] = []
    writeFileSync(path, text + JSON.stringify(line(9, 3)) + '\n')
    new StepLogWriter(path, { warn: (message) => warnings.push(message) }).close()
    expect(readFileSync(path, 'utf8')).toBe(text)
    expect(warnings.join()).toContain('steps.jsonl.damaged')
  })

  test('its extent is that of its bytes', async () => {
    const folder = await temporaryFolder()
    const path = join(folder, 'steps.jsonl')
    const log = new StepLogWriter(path)
    log.append(line(1))
    const first = log.extent
    log.append(line(2))
    log.close()
    const again = new StepLogWriter(path, { covered: first })
    expect(again.extent.bytes).toBe(readFileSync(path).length)
    expect(again.lastAttempt).toBe(1)
    again.close()
  })
})
