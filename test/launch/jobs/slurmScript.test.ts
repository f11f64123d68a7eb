import { spawn } from 'node:child_process'
import { chmodSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { parseSlurmTime } from '../../../src/launch/jobs/parseSlurmTime.js'
import { slurmScript } from '../../../src/launch/jobs/slurmScript.js'
import type { SlurmJob } from '../../../src/launch/jobs/SlurmJob.js'
import { slurmTiming } from '../../../src/launch/jobs/slurmTiming.js'
import { temporaryFolder } from '../../helpers/temporaryFolder.js'

function jobIn(folder: string, more: Partial<SlurmJob> = {}): SlurmJob {
  return {
    name: 'a run',
    writtenBy: 'fintune launch slurm r.yaml',
    workingDirectory: folder,
    runs: [folder],
    array: false,
    output: join(folder, 'slurm-%j.out'),
    timeLimit: '1:00:00',
    graceSeconds: 120,
    resources: { cpus: 2, memoryMiB: 4096 },
    options: [],
    node: '/bin/bash',
    program: join(folder, 'main.sh'),
    ...more,
  }
}

describe('the script', () => {
  test('says to sbatch what makes it requeue itself', () => {
    const script = slurmScript(jobIn('/with space', { options: ['--partition=long'] }))
    for (const line of [
      '#SBATCH --job-name="a run"',
      '#SBATCH --chdir="/with space"',
      '#SBATCH --open-mode=append',
      '#SBATCH --time=1:00:00',
      '#SBATCH --signal=B:USR1@120',
      '#SBATCH --requeue',
      '#SBATCH --cpus-per-task=2',
      '#SBATCH --mem=4096M',
      '#SBATCH --partition=long',
    ])
      expect(script.split('\n')).toContain(line)
    expect(script).not.toContain('npm')
  })

  test('an array’s tasks have a run and a name of their own', () => {
    const script = slurmScript(jobIn('/w', { runs: ['/w/a', "/w/b's"], array: true, maxParallel: 1 }))
    expect(script).toContain('#SBATCH --array=0-1%1')
    expect(script).toContain("'/w/b'\\''s'")
    expect(script).toContain('job=${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID')
  })
})

/**
 * Runs the script with stand-ins: `program` for node's, and an scontrol that writes down its arguments. As soon as the
 * program has begun, the batch shell gets the signals, a little apart.
 */
async function runScript(program: string, signals: readonly NodeJS.Signals[] = []) {
  const folder = await temporaryFolder({
    'main.sh': `echo begun > begun\n${program}`,
    'bin/scontrol': '#!/bin/bash\necho "$@" > requeued\n',
  })
  chmodSync(join(folder, 'bin/scontrol'), 0o755)
  const env = { ...process.env, PATH: `${join(folder, 'bin')}:${process.env.PATH}`, SLURM_JOB_ID: '17' }
  const child = spawn('/bin/bash', ['-c', slurmScript(jobIn(folder))], { cwd: folder, env, stdio: 'ignore' })
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  while (signals.length > 0 && !existsSync(join(folder, 'begun'))) await sleep(10)
  for (const signal of signals) {
    child.kill(signal)
    await sleep(100)
  }
  const code = await ended
  const requeued = existsSync(join(folder, 'requeued')) ? readFileSync(join(folder, 'requeued'), 'utf8').trim() : null
  return { code, requeued }
}

// Stops like fintune: on TERM it finishes a step, checkpoints (for a while) and exits with 75.
const stopsAtCheckpoint = `trap 'echo step >> steps.jsonl; sleep 0.3; exit 75' TERM\nwhile :; do sleep 0.05; done`

describe('as a batch shell', () => {
  test.each([0, 1, 2])('passes node’s exit code %i on', async (code) => {
    expect(await runScript(`exit ${code}`)).toEqual({ code, requeued: null })
  })

  test('USR1: node gets TERM, is waited for, and the job is requeued', async () => {
    expect(await runScript(stopsAtCheckpoint, ['SIGUSR1'])).toEqual({ code: 75, requeued: 'requeue 17' })
  })

  test('the kill that follows a time limit changes nothing about that', async () => {
    const signals = ['SIGUSR1', 'SIGUSR1', 'SIGTERM'] as const
    expect(await runScript(stopsAtCheckpoint, signals)).toEqual({ code: 75, requeued: 'requeue 17' })
  })

  test('TERM (scancel, preemption): checkpointed, but not requeued', async () => {
    expect(await runScript(stopsAtCheckpoint, ['SIGTERM'])).toEqual({ code: 75, requeued: null })
  })

  test('a time limit in which no step is finished would requeue for ever: it fails', async () => {
    const program = `trap 'exit 75' TERM\nwhile :; do sleep 0.05; done`
    expect(await runScript(program, ['SIGUSR1'])).toEqual({ code: 1, requeued: null })
  })

  test('node killed outright', async () => {
    expect(await runScript('kill -KILL $$')).toEqual({ code: 137, requeued: null })
  })
})

describe('time limits', () => {
  test.each([
    ['90', 90 * 60],
    ['1:30', 90],
    ['1:00:00', 3600],
    ['2-12', 60 * 3600],
    ['1-02:03', 26 * 3600 + 180],
    ['1-02:03:04', 26 * 3600 + 184],
  ])('%s', (text, seconds) => expect(parseSlurmTime(text)).toBe(seconds))

  test.each(['', '0', 'soon', '1:2:3:4', '-5', '1-'])('%j is none', (text) => {
    expect(() => slurmTiming(text, undefined)).toThrow(/--time: found/)
  })

  test('the signal comes two minutes before, or a quarter of a short limit', () => {
    expect(slurmTiming('12:00:00', undefined)).toBe(120)
    expect(slurmTiming('1', undefined)).toBe(15)
    expect(() => slurmTiming('1', 60)).toThrow(/before the first step/)
  })
})
