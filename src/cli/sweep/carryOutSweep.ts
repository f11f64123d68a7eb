import { basename, join, resolve } from 'node:path'
import { FintuneError } from '../../lib/FintuneError.js'
import { InputError } from '../../lib/InputError.js'
import { progressLine } from '../../lib/progressLine.js'
import { slurmTiming } from '../../launch/jobs/slurmTiming.js'
import { writeSlurmScript } from '../../launch/jobs/writeSlurmScript.js'
import { parseGrid } from '../../launch/sweep/parseGrid.js'
import { planSweep } from '../../launch/sweep/planSweep.js'
import { prepareSweep } from '../../launch/sweep/prepareSweep.js'
import { runLocally } from '../../launch/sweep/runLocally.js'
import type { SweepPlan, SweepRun } from '../../launch/sweep/SweepPlan.js'
import { tabulateSweep } from '../../launch/sweep/tabulateSweep.js'
import { planResources } from '../launch/planResources.js'
import { sbatchLines } from '../launch/sbatchLines.js'
import { thisProgram } from '../launch/thisProgram.js'
import { print } from '../print.js'
import { stopSignal } from '../stopSignal.js'
import { sweepTable } from './sweepTable.js'

export interface SweepOptions {
  readonly file: string
  readonly set: readonly string[]
  readonly grid: readonly string[]
  readonly parallel?: number
  readonly slurm: boolean
  readonly submit: boolean
  readonly table: boolean
  readonly dryRun: boolean
  readonly json: boolean
  readonly time: string
  readonly grace?: number
  readonly cpus?: number
  readonly memoryMiB?: number
  readonly gpus?: number
  readonly partition?: string
  readonly account?: string
  readonly sbatch: readonly string[]
  readonly out?: string
}

/** Plans a sweep and carries it out here, hands it to Slurm, or says how it stands. */
export async function carryOutSweep(options: SweepOptions): Promise<void> {
  if (options.submit && !options.slurm) throw new InputError('--submit hands a sweep to Slurm: add --slurm')
  const plan = await planSweep(options.file, options.set, parseGrid(options.grid))
  if (options.dryRun || options.table) return printTable(plan, options)
  if (options.slurm) return writeArray(plan, options)
  await prepareSweep(plan, options.file)
  const failed = await runHere(plan, options)
  await printTable(plan, options)
  if (failed.length === 0) return
  const list = failed.map(({ run, exitCode }) => `  exit ${exitCode}  ${join(run.directory, 'launch/output.log')}`)
  throw new FintuneError(`${failed.length} of ${plan.runs.length} runs failed; what they said:\n${list.join('\n')}`)
}

async function printTable(plan: SweepPlan, { json }: SweepOptions): Promise<void> {
  const rows = await tabulateSweep(plan, Date.now())
  print(json ? { directory: plan.directory, runs: rows } : sweepTable(rows))
}

/** @returns the runs that did not end well */
async function runHere(
  plan: SweepPlan,
  { parallel = 1 }: SweepOptions,
): Promise<{ run: SweepRun; exitCode: number }[]> {
  const { node, program } = thisProgram()
  const line = progressLine()
  const failed: { run: SweepRun; exitCode: number }[] = []
  const label = (run: SweepRun) =>
    `${plan.runs.indexOf(run) + 1}/${plan.runs.length}  ${Object.entries(run.values)
      .map(([key, value]) => `${key}=${value}`)
      .join('  ')}`
  try {
    await runLocally(plan.runs, {
      parallel: Math.min(parallel, plan.runs.length),
      program: [node, program],
      signal: stopSignal,
      onStart: (run) => line.log(label(run)),
      onLine: (run, text) => line.update(`${label(run)}  ${text}`),
      onEnd: (run, exitCode) => {
        if (exitCode !== 0) failed.push({ run, exitCode })
        line.log(`${label(run)}  ${exitCode === 0 ? 'done' : `exit ${exitCode}`}`)
      },
    })
    return failed
  } finally {
    line.close()
  }
}

async function writeArray(plan: SweepPlan, options: SweepOptions): Promise<void> {
  const { file, time, grace, submit, json, parallel, cpus, memoryMiB } = options
  const graceSeconds = slurmTiming(time, grace)
  const needs = []
  for (const { recipe } of plan.runs) needs.push(await planResources(recipe, { cpus, memoryMiB }))
  const resources = {
    cpus: Math.max(...needs.map((need) => need.cpus)),
    memoryMiB: Math.max(...needs.map((need) => need.memoryMiB)),
  }
  await prepareSweep(plan, file)
  const { commandLine, ...program } = thisProgram()
  const job = {
    name: basename(plan.directory),
    writtenBy: commandLine,
    workingDirectory: process.cwd(),
    runs: plan.runs.map(({ directory }) => directory),
    array: true,
    maxParallel: parallel,
    output: join(plan.directory, 'slurm-%A_%a.out'),
    timeLimit: time,
    graceSeconds,
    resources,
    options: sbatchLines(options),
    ...program,
  }
  const { text, ...where } = await writeSlurmScript(
    job,
    resolve(options.out ?? join(plan.directory, 'slurm.sh')),
    submit,
  )
  const runs = await tabulateSweep(plan, Date.now())
  if (json) return print({ directory: plan.directory, ...where, ...resources, runs })
  const next = where.jobId === null ? `Submit it:  sbatch ${where.script}` : `Submitted as job ${where.jobId}.`
  process.stderr.write(
    `${where.script} written, ${plan.runs.length} runs. ${next}\nHow it stands: the same command with --table\n`,
  )
  print(text.trimEnd())
}
