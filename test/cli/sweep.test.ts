import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { RunSummary } from '../../src/checkpoint/runs/RunSummary.js'
import type { SweepRow } from '../../src/launch/sweep/SweepRow.js'
import { parseGrid } from '../../src/launch/sweep/parseGrid.js'
import { fintune } from '../helpers/fintune.js'
import { temporaryFolder } from '../helpers/temporaryFolder.js'
import { tokenRecipe } from '../helpers/tokenRecipe.js'

const grid = ['--grid', 'stages[0].optimizer.learningRate=1e-3,1e30', '--grid', 'engine.threads=1,2']

describe('fintune sweep', () => {
  test('runs every point, goes on past one that fails, tabulates, and finds its runs again', async () => {
    const folder = await temporaryFolder(tokenRecipe({ steps: 3 }))
    const swept = await fintune(['sweep', 'recipe.yaml', ...grid, '--parallel', '2', '--json'], { cwd: folder })
    expect(swept.code).toBe(1)
    expect(swept.stderr).toMatch(/2 of 4 runs failed/)
    const { runs } = JSON.parse(swept.stdout) as { runs: SweepRow[] }
    expect(runs.map(({ values, status, cause }) => [...Object.values(values), status, cause])).toEqual([
      ['1e-3', '1', 'done', undefined],
      ['1e-3', '2', 'done', undefined],
      ['1e30', '1', 'failed', 'loss_not_finite'],
      ['1e30', '2', 'failed', 'loss_not_finite'],
    ])
    expect(runs[0].directory).toBe(join(folder, 'runs/tiny-sweep/learningRate-1e-3_threads-1'))
    expect(runs[0].metrics).toEqual(expect.objectContaining({ loss: runs[1].metrics['loss'] })) // threads change no bit

    const table = await fintune(['sweep', 'recipe.yaml', ...grid, '--table'], { cwd: folder })
    expect(table.code).toBe(0)
    expect(table.stdout).toMatch(/learningRate\s+engine\.threads\s+state\s+step\s+loss/)
    expect(table.stdout).toMatch(/1e-3\s+1\s+done\s+3\/3\s+\d\.\d{4}/)
    expect(table.stdout).toMatch(/1e30\s+2\s+failed \(loss_not_finite\)/)

    const listed = await fintune(['runs', 'runs', '--json'], { cwd: folder })
    const summaries = (JSON.parse(listed.stdout) as { runs: RunSummary[] }).runs
    expect(summaries.map(({ status, alive, progress }) => [status, alive, progress === 1])).toEqual([
      ['done', false, true],
      ['done', false, true],
      ['failed', false, false],
      ['failed', false, false],
    ])
  })

  test('a signal stops it at checkpoints, exit 75; the same command finishes it', async () => {
    const folder = await temporaryFolder(tokenRecipe({ steps: 60 }))
    const args = ['sweep', 'recipe.yaml', '--grid', 'seed=1,2', '--json']
    const log = join(folder, 'runs/tiny-sweep/seed-1/steps.jsonl')
    const stopped = await fintune(args, {
      cwd: folder,
      onStart: (child) => {
        const timer = setInterval(() => {
          if (!existsSync(log) || readFileSync(log, 'utf8').split('\n').length < 5) return
          clearInterval(timer)
          child.kill('SIGTERM')
        }, 20)
        child.once('close', () => clearInterval(timer))
      },
    })
    expect(stopped.code).toBe(75)
    expect(existsSync(join(folder, 'runs/tiny-sweep/seed-2/run.json'))).toBe(false)
    const finished = await fintune(args, { cwd: folder })
    expect(finished.code).toBe(0)
    const { runs } = JSON.parse(finished.stdout) as { runs: SweepRow[] }
    expect(runs.map(({ status, step }) => [status, step])).toEqual([
      ['done', 60],
      ['done', 60],
    ])
  })

  test('--slurm writes a job array over the same directories', async () => {
    const folder = await temporaryFolder(tokenRecipe({ steps: 3 }))
    const slurm = ['--slurm', '--cpus', '1', '--memory', '512', '--parallel', '2', '--json']
    const { code, stdout } = await fintune(['sweep', 'recipe.yaml', ...grid, ...slurm], { cwd: folder })
    expect(code).toBe(0)
    const { script, runs } = JSON.parse(stdout) as { script: string; runs: SweepRow[] }
    const text = readFileSync(script, 'utf8')
    expect(text).toContain('#SBATCH --array=0-3%2')
    for (const { directory, status } of runs) {
      expect(status).toBe('pending')
      expect(text).toContain(directory)
      expect(existsSync(join(directory, 'launch/recipe.yaml'))).toBe(true)
    }
  })

  test('a grid with a wrong value starts nothing', async () => {
    const folder = await temporaryFolder(tokenRecipe({ steps: 3 }))
    const { code, stderr } = await fintune(['sweep', 'recipe.yaml', '--grid', 'seed=1,x'], { cwd: folder })
    expect(code).toBe(2)
    expect(stderr).toMatch(/seed/)
    expect(existsSync(join(folder, 'runs'))).toBe(false)
  })
})

describe('a grid', () => {
  test('commas within lists, maps and quotes belong to their value', () => {
    const [axis] = parseGrid(['model.adapter.targets=[q_proj],[q_proj, v_proj],"a,b",{x: 1, y: 2}'])
    expect(axis.values).toEqual(['[q_proj]', '[q_proj, v_proj]', '"a,b"', '{x: 1, y: 2}'])
  })

  test.each([
    ['seed', /written KEY=VALUE/],
    ['seed=1,,2', /written KEY=VALUE/],
    ['=1', /written KEY=VALUE/],
    ['seed=1,2,1', /1 stands there twice/],
    ['name=a,b', /names its runs itself/],
  ])('%s', (text, message) => expect(() => parseGrid([text])).toThrow(message))

  test('one key, one axis', () => {
    expect(() => parseGrid(['seed=1', 'seed=2'])).toThrow(/has a grid already/)
  })
})
