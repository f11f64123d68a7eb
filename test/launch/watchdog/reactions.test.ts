import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { RunStatus } from '../../../src/checkpoint/RunStatus.js'
import { canonicalStepLog } from '../../../src/metrics/canonicalStepLog.js'
import { deterministicFields } from '../../../src/metrics/deterministicFields.js'
import { readLines, runToEnd } from '../../helpers/runToEnd.js'
import { temporaryFolder } from '../../helpers/temporaryFolder.js'
import { tokenRecipe } from '../../helpers/tokenRecipe.js'

// Gradients differ by more than a tenth here from step to step, so that a limit near one is passed now and then.

async function recipeIn(): Promise<{ file: string; set: (name: string) => string[] }> {
  const folder = await temporaryFolder(tokenRecipe({ steps: 14 }))
  const files = `data.ids.path=${join(folder, 'ids.jsonl')}`
  return { file: join(folder, 'recipe.yaml'), set: (name) => [files, `output=${join(folder, name)}`] }
}

const statusOf = (directory: string) => JSON.parse(readFileSync(join(directory, 'run.json'), 'utf8')) as RunStatus

function outcome(directory: string) {
  const weights = readFileSync(join(directory, 'sft/model/model.safetensors'))
  return {
    log: canonicalStepLog(readLines(directory)).map(deterministicFields),
    weights: createHash('sha256').update(weights).digest('hex'),
  }
}

test('skip: the update is left out, named in the log, and a resumed run leaves out the same ones', async () => {
  const { file, set } = await recipeIn()
  const skip = ['watchdog.gradientSpike={reaction: skip, times: 1.01}']
  const { outcome: unbroken, lines } = await runToEnd(file, { set: [...set('unbroken'), ...skip] })
  const skipped = lines.filter(({ metrics }) => metrics['watchdog/skipped'] === 1)
  expect(skipped.length).toBeGreaterThan(0)
  for (const { metrics } of skipped) expect(metrics['watchdog/gradient_spike']).toBe(1)

  const { outcome: plain } = await runToEnd(file, { set: set('plain') })
  expect(outcome(plain.directory).weights).not.toBe(outcome(unbroken.directory).weights)

  for (const maxSteps of [skipped[0].step, 11]) {
    await runToEnd(file, { set: [...set(`after-${maxSteps}`), ...skip], maxSteps })
    const { outcome: resumed } = await runToEnd(file, { set: [...set(`after-${maxSteps}`), ...skip], resume: 'must' })
    expect(outcome(resumed.directory)).toEqual(outcome(unbroken.directory))
  }
})

test('stop: at a checkpoint, with its cause; with the reaction changed it goes on', async () => {
  const { file, set } = await recipeIn()
  const stop = ['watchdog.gradientSpike={reaction: stop, times: 1.01}']
  await expect(runToEnd(file, { set: [...set('runs'), ...stop] })).rejects.toThrow(/norm is .* times the usual/)
  const directory = join(set('runs')[1].slice('output='.length), 'tiny')
  const { status, cause, step } = statusOf(directory)
  expect([status, cause]).toEqual(['failed', 'gradient_spike'])
  expect(existsSync(join(directory, `sft/step-${String(step).padStart(6, '0')}/manifest.json`))).toBe(true)
  expect(readLines(directory).at(-1)?.metrics['watchdog/gradient_spike']).toBe(1)

  const warn = ['watchdog.gradientSpike.reaction=warn', 'watchdog.gradientSpike.times=1.01']
  const { lines } = await runToEnd(file, { set: [...set('runs'), ...warn], resume: 'must' })
  expect(lines.at(-1)?.step).toBe(14)
  expect(statusOf(directory)).toMatchObject({ status: 'done', attempt: 2, step: 14 })
})

test('a loss that is not finite: the last finished step is checkpointed, whatever is due', async () => {
  const { file, set } = await recipeIn()
  const wild = ['stages[0].optimizer.learningRate=1e30']
  await expect(runToEnd(file, { set: [...set('runs'), ...wild] })).rejects.toThrow(/not finite|NaN|Infinity/i)
  const directory = join(set('runs')[1].slice('output='.length), 'tiny')
  const { cause, step } = statusOf(directory)
  expect(cause).toBe('loss_not_finite')
  expect(existsSync(join(directory, `sft/step-${String(step).padStart(6, '0')}/manifest.json`))).toBe(true)
})

test('a loss that is not finite, skipped: stops once that has not helped', async () => {
  const { file, set } = await recipeIn()
  const wild = ['stages[0].optimizer.learningRate=1e30', 'watchdog.notFinite=skip']
  await expect(runToEnd(file, { set: [...set('runs'), ...wild] })).rejects.toThrow(/the 5th in a row/)
  const directory = join(set('runs')[1].slice('output='.length), 'tiny')
  expect(statusOf(directory).cause).toBe('loss_not_finite')
  const gone = readLines(directory).filter(({ metrics }) => metrics['watchdog/not_finite'] === 1)
  expect(gone).toHaveLength(5)
  expect(gone.every(({ metrics }) => !('loss' in metrics) || Number.isFinite(metrics['loss']))).toBe(true)
})
