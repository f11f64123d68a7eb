import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { summariseRun } from '../../checkpoint/runs/summariseRun.js'
import { evaluationsIn } from '../evaluationsIn.js'
import type { SweepPlan, SweepRun } from './SweepPlan.js'
import type { SweepRow } from './SweepRow.js'

/** How every run of a sweep stands, from its directory. */
export function tabulateSweep({ runs }: SweepPlan, now: number): Promise<SweepRow[]> {
  return Promise.all(runs.map((run) => rowOf(run, now)))
}

async function rowOf({ values, directory, recipe }: SweepRun, now: number): Promise<SweepRow> {
  if (!existsSync(join(directory, 'run.json'))) {
    return { values, directory, status: 'pending', alive: false, step: 0, metrics: {}, evaluations: [] }
  }
  const { status, cause, message, alive, step, stepsTotal, metrics } = await summariseRun(directory, now)
  const known = { ...(cause === undefined ? {} : { cause }), ...(message === undefined ? {} : { message }) }
  const evaluations = evaluationsIn(directory, recipe).map(({ result }) => result)
  return { values, directory, status, ...known, alive, step, stepsTotal, metrics, evaluations }
}
