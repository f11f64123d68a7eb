import { spawn } from 'node:child_process'
import { chmodSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { parseSlurmTime } from '../../../src/launch/jobs/parseSlurmTime.js'
import { slurmScript } from '../../../src/launch/jobs/slurmScript.js'
import type { SlurmJob } from '../../../src/launch/jobs/SlurmJob.js'
import type { SlurmServer } from '../../../src/launch/jobs/SlurmServer.js'
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
  const { ended, requeued, child, folder } = await startScript(program)
  while (signals.length > 0 && !existsSync(join(folder, 'begun'))) await sleep(10)
  if (signals.length > 0) await sleep(100) // until its traps are set, on a busy machine too
  for (const signal of signals) {
    child.kill(signal)
    await sleep(100)
  }
  return { code: await ended, requeued: requeued() }
}

async function startScript(program: string, server?: SlurmServer) {
  const stub = (file: string) => `#!/bin/bash\necho "$@" >> ${file}\n`
  const folder = await temporaryFolder({
    'main.sh': `echo begun > begun\n${program}`,
    'bin/scontrol': `${stub('requeued')}[ "$1" != show ] || { rm requeued; echo localhost; }\n`,
    // Ray's head as srun would start it: something that listens.
    'bin/srun': `${stub('sruns')}[[ "$*" != *--head* ]] || exec ${listens('6379')}\n`,
  })
  for (const name of ['scontrol', 'srun']) chmodSync(join(folder, 'bin', name), 0o755)
  const env = { ...process.env, PATH: `${join(folder, 'bin')}:${process.env.PATH}`, SLURM_JOB_ID: '17' }
  const script = slurmScript(jobIn(folder, { server }))
  const child = spawn('/bin/bash', ['-c', script], { cwd: folder, env, stdio: 'ignore' })
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const read = (file: string) =>
    existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8').trim() : null
  return { folder, child, ended, read, requeued: () => read('requeued') }
}

/** A command that listens on a port and notes its process in $run/pid-PORT. */
function listens(port: string): string {
  const source = `require('fs').writeFileSync('pid-' + process.argv[1], String(process.pid)); require('net').createServer().listen(process.argv[1])`
  return `${process.execPath} -e "${source}" ${port}`
}

async function isGone(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 100; tries++) {
    try {
      process.kill(pid, 0)
    } catch {
      return true
    }
    await sleep(50)
  }
  return false
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

describe('with a Tinker server of its own', () => {
  const server: SlurmServer = {
    nodes: 1,
    gpusPerNode: 8,
    port: 18_431,
    command: `exec ${listens('$port')}`,
    ray: 'ray',
  }

  test('asks for whole nodes, and Ray where there are several', () => {
    const one = slurmScript(jobIn('/w', { server }))
    for (const line of ['--nodes=1', '--gpus-per-node=8', '--exclusive', '--mem=0'])
      expect(one.split('\n')).toContain(`#SBATCH ${line}`)
    expect(one).not.toMatch(/ray start|cpus-per-task/)
    const four = slurmScript(jobIn('/w', { server: { ...server, nodes: 4 } }))
    expect(four).toContain('#SBATCH --nodes=4')
    expect(four).toContain('--nodes=3 --ntasks=3 --exclude="$head"')
  })

  test('the trainer begins when the server answers, and the server ends with it', async () => {
    const program = `(exec 3<>/dev/tcp/localhost/${server.port}) && echo reached > reached; exit 0`
    const { ended, read } = await startScript(program, server)
    expect(await ended).toBe(0)
    expect(read('reached')).toBe('reached')
    expect(await isGone(Number(read(`pid-${server.port}`)))).toBe(true)
  })

  test('over several nodes Ray’s head comes first, then its workers, then the server', async () => {
    const { ended, read } = await startScript('exit 0', { ...server, nodes: 3, port: 18_432 })
    expect(await ended).toBe(0)
    const [head, workers] = read('sruns')!.split('\n')
    expect(head).toContain('--nodelist=localhost ray start --head')
    expect(workers).toContain('--nodes=2 --ntasks=2 --exclude=localhost ray start --address=localhost:6379')
    expect(await isGone(Number(read('pid-6379')))).toBe(true)
  })

  test('a server that ends at once ends the job with where to look; nothing is trained', async () => {
    const { ended, read, requeued } = await startScript('exit 0', {
      ...server,
      port: 18_433,
      command: 'echo no GPU; false',
    })
    expect(await ended).toBe(1)
    expect(read('launch/server.log')).toBe('no GPU')
    expect([read('begun'), requeued()]).toEqual([null, null])
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
