import { existsSync, readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { RunSummary } from '../../src/checkpoint/runs/RunSummary.js'
import { runCauses } from '../../src/checkpoint/runCauses.js'
import { fintune } from '../helpers/fintune.js'
import { temporaryFolder } from '../helpers/temporaryFolder.js'
import { tokenRecipe } from '../helpers/tokenRecipe.js'

async function listed(folder: string): Promise<RunSummary[]> {
  const { stdout } = await fintune(['runs', 'runs', '--json'], { cwd: folder })
  return (JSON.parse(stdout) as { runs: RunSummary[] }).runs
}

test('a run is listed while it runs, with its end, and as lost once its process is killed', async () => {
  const folder = await temporaryFolder(tokenRecipe({ steps: 100_000 }))
  const log = join(folder, 'runs/tiny/steps.jsonl')
  let running: RunSummary | undefined
  const killed = await fintune(['run', 'recipe.yaml'], {
    cwd: folder,
    onStart: (child) => {
      void (async () => {
        while (!existsSync(log) || readFileSync(log, 'utf8').split('\n').length < 4) await sleep(20)
        const before = Date.now()
        ;[running] = await listed(folder)
        child.kill('SIGKILL')
        expect(Date.parse(running.estimatedEnd!)).toBeGreaterThan(before)
      })().catch(() => child.kill('SIGKILL'))
    },
  })
  expect(killed.signal).toBe('SIGKILL')
  expect(running).toMatchObject({ name: 'tiny', directory: 'runs/tiny', status: 'running', alive: true, stage: 'sft' })
  expect(running).toMatchObject({ stepsTotal: 100_000, attempt: 1, host: hostname() })
  expect(running!.step).toBeGreaterThan(1)
  expect(running!.metrics['loss']).toBeGreaterThan(0)

  const [lost] = await listed(folder)
  expect(lost).toMatchObject({ status: 'running', alive: false })
  expect(lost.estimatedEnd).toBeUndefined()
  const { stdout } = await fintune(['runs', 'runs'], { cwd: folder })
  expect(stdout).toMatch(/runs\/tiny\s+lost\s+sft\s+\d+\/100000\s+0 %\s+loss \d/)
  expect(stdout).toContain('--resume=auto')
})

test('no runs, no folder', async () => {
  const folder = await temporaryFolder({ 'runs/note.txt': '' })
  expect(await listed(folder)).toEqual([])
  const { code, stderr } = await fintune(['runs', 'elsewhere'], { cwd: folder })
  expect(code).toBe(2)
  expect(stderr).toContain('no such folder: elsewhere')
})

test('the causes are written down for schedulers', async () => {
  const { stdout } = await fintune(['schema', 'run'])
  const { properties } = JSON.parse(stdout) as { properties: { cause: { enum: string[] } } }
  expect(properties.cause.enum).toEqual(Object.keys(runCauses))
})
