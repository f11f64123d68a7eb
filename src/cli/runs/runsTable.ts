import type { RunSummary } from '../../checkpoint/runs/RunSummary.js'
import { formatDuration } from '../../lib/formatDuration.js'
import { table } from '../../lib/table.js'

/** A listing of runs for people: how each stands, how far it is, when it would end, and what to type for those that stopped. */
export function runsTable(runs: readonly RunSummary[], now: number): string {
  const rows = runs.map((run) => [
    run.directory,
    stateOf(run),
    run.stage,
    `${run.step}/${run.stepsTotal}`,
    `${Math.floor(100 * run.progress)} %`,
    score(run.metrics),
    `${formatDuration(Math.max(0, now - Date.parse(run.updatedAt)))} ago`,
    run.estimatedEnd === undefined ? '' : `in ${formatDuration(Math.max(0, Date.parse(run.estimatedEnd) - now))}`,
  ])
  const header = ['run', 'state', 'stage', 'step', 'done', 'last', 'heard of', 'end']
  const stopped = runs.filter((run) => run.status === 'interrupted' || stateOf(run) === 'lost')
  const hint =
    stopped.length === 0 ? '' : '\n\nGo on with one that was interrupted or lost:  fintune run RECIPE --resume=auto'
  return table(header, rows) + hint
}

/** run.json's status, with its cause; `lost` where it says running and nobody runs. */
function stateOf({ status, cause, alive }: RunSummary): string {
  if (status === 'running') return alive ? 'running' : 'lost'
  return cause === undefined ? status : `${status} (${cause})`
}

function score(metrics: RunSummary['metrics']): string {
  const name = ['reward', 'loss'].find((key) => metrics[key] !== undefined)
  return name === undefined ? '' : `${name} ${metrics[name].toFixed(3)}`
}
