import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { slurmScript } from '../../../src/launch/jobs/slurmScript.js'
import type { SlurmJob } from '../../../src/launch/jobs/SlurmJob.js'
import type { RunStatus } from '../../../src/checkpoint/RunStatus.js'
import { canonicalStepLog } from '../../../src/metrics/canonicalStepLog.js'
import { deterministicFields } from '../../../src/metrics/deterministicFields.js'
import { fintune } from '../../helpers/fintune.js'
import { readLines } from '../../helpers/runToEnd.js'
import { slurmMissing, startSlurm } from '../../helpers/startSlurm.js'
import { tokenRecipe } from '../../helpers/tokenRecipe.js'
import { temporaryFolder } from '../../helpers/temporaryFolder.js'

// A real cluster on this machine: submit, hit the time limit, be requeued, finish, equal to the unbroken run.

const missing = slurmMissing()
const failures = ['FAILED', 'TIMEOUT', 'CANCELLED', 'NODE_FAIL', 'OUT_OF_MEMORY']
const steps = 600

/**
 * Stops the job's first process whenever it is ahead of five steps a second, so that it meets the time limit and costs
 * little; the process after it may run.
 */
async function pace(runDirectory: string, isOver: () => boolean): Promise<void> {
  let began = 0
  while (!isOver()) {
    await sleep(50)
    if (!existsSync(join(runDirectory, 'run.json'))) continue
    if (began === 0) began = Date.now()
    const { pid, step, attempt } = JSON.parse(readFileSync(join(runDirectory, 'run.json'), 'utf8')) as RunStatus
    const isAhead = attempt === 1 && step > (Date.now() - began) / 200
    try {
      process.kill(pid, isAhead ? 'SIGSTOP' : 'SIGCONT')
    } catch {
      // it is between two starts
    }
  }
}

function outcome(runDirectory: string) {
  const weights = readFileSync(join(runDirectory, 'sft/model/model.safetensors'))
  return {
    log: canonicalStepLog(readLines(runDirectory)).map(deterministicFields),
    weights: createHash('sha256').update(weights).digest('hex'),
  }
}

test.skipIf(missing !== null)(
  `a job reaches its time limit, is requeued and ends like the unbroken run${missing === null ? '' : ` (${missing})`}`,
  { timeout: 300_000, retry: 1 },
  async () => {
    const folder = await temporaryFolder(tokenRecipe({ steps }))
    const { env, command, logs } = await startSlurm()
    const run = join(folder, 'runs/tiny')
    // Slurm signals up to a minute before it is asked to. A limit of one minute left a busy machine no time to start in: not
    // one step was finished, and such a job is not requeued. Two leave 50 s at least, and 40 s to stop in.
    const launch = ['launch', 'slurm', 'recipe.yaml', '--time', '2', '--grace', '40', '--submit', '--json']
    const { code, stdout, stderr } = await fintune(launch, { cwd: folder, env })
    expect(stderr + stdout).toContain('jobId')
    expect(code).toBe(0)
    const { jobId, output } = JSON.parse(stdout) as { jobId: string; output: string }

    let over = false
    const paced = pace(run, () => over)
    try {
      let state = ''
      while (state !== 'COMPLETED') {
        await sleep(500)
        state = /JobState=(\S+)/.exec(command('scontrol', ['show', 'job', jobId]))?.[1] ?? ''
        if (!failures.includes(state)) continue
        const said = readFileSync(output.replace('%j', jobId), 'utf8')
        throw new Error(`job: ${state}\n${said}\n${command('scontrol', ['show', 'job', jobId])}\n${logs()}`)
      }
    } finally {
      over = true
      await paced
    }
    const log = readFileSync(output.replace('%j', jobId), 'utf8')
    expect(log).toContain(`time limit near, checkpointed; requeueing ${jobId}`)
    const status = JSON.parse(readFileSync(join(run, 'run.json'), 'utf8')) as RunStatus
    expect(status).toMatchObject({ status: 'done', step: steps })
    expect(status.attempt).toBeGreaterThan(1)

    expect((await fintune(['run', 'recipe.yaml', '--run-dir', 'unbroken'], { cwd: folder })).code).toBe(0)
    expect(outcome(run)).toEqual(outcome(join(folder, 'unbroken')))
  },
)

test.skipIf(missing !== null)(
  `an array’s tasks are requeued one by one${missing === null ? '' : ` (${missing})`}`,
  { timeout: 300_000, retry: 1 },
  async () => {
    // Node's stand-in takes a step and stops as at a checkpoint; the second time it is done.
    const program = 'echo step >> "$4/steps.jsonl"\n[ "$(wc -l < "$4/steps.jsonl")" -ge 2 ] && exit 0\nexit 75\n'
    const folder = await temporaryFolder({ 'main.sh': program, 'a/x': '', 'b/x': '', 'c/x': '' })
    const { command } = await startSlurm()
    const runs = ['a', 'b', 'c'].map((name) => join(folder, name))
    const job: SlurmJob = {
      name: 'array',
      writtenBy: 'this test',
      workingDirectory: folder,
      runs,
      array: true,
      maxParallel: 2,
      output: join(folder, '%A_%a.out'),
      timeLimit: '5',
      graceSeconds: 20,
      resources: { cpus: 1, memoryMiB: 300 },
      options: [],
      node: '/bin/bash',
      program: join(folder, 'main.sh'),
    }
    writeFileSync(join(folder, 'array.sh'), slurmScript(job))
    const id = command('sbatch', ['--parsable', join(folder, 'array.sh')]).trim()
    while (command('squeue', ['-h']).trim() !== '') await sleep(500)
    const tasks = command('scontrol', ['show', 'job', id])
    expect(tasks.match(/JobState=COMPLETED/g)).toHaveLength(3)
    expect(tasks.match(/Restarts=1\b/g)).toHaveLength(3)
    for (const run of runs) expect(readFileSync(join(run, 'steps.jsonl'), 'utf8')).toBe('step\nstep\n')
  },
)
