import { table } from '../../lib/table.js'
import type { SweepRow } from '../../launch/sweep/SweepRow.js'

/** A sweep's results for people: a row a run, its place on the grid, how it stands, its scores with 95 % intervals. */
export function sweepTable(rows: readonly SweepRow[]): string {
  const keys = Object.keys(rows[0].values)
  const scored = rows.flatMap(({ evaluations }) => evaluations.map(({ stage, data }) => `${stage} ${data}`))
  const columns = [...new Set(scored)]
  const metrics = ['loss', 'eval_loss', 'reward'].filter((name) => rows.some((row) => row.metrics[name] !== undefined))
  const lines = rows.map((row) => [
    ...keys.map((key) => row.values[key]),
    stateOf(row),
    row.stepsTotal === undefined ? '' : `${row.step}/${row.stepsTotal}`,
    ...metrics.map((name) => row.metrics[name]?.toFixed(4)),
    ...columns.map((column) => score(row, column)),
  ])
  return table([...keys, 'state', 'step', ...metrics, ...columns.map((column) => `${column}, %`)], lines)
}

function stateOf({ status, cause, alive }: SweepRow): string {
  if (status === 'running') return alive ? 'running' : 'lost'
  return cause === undefined ? status : `${status} (${cause})`
}

function score({ evaluations }: SweepRow, column: string): string {
  const result = evaluations.find(({ stage, data }) => `${stage} ${data}` === column)
  if (!result) return ''
  const [low, high] = result.ci95['execution_accuracy']
  return `${percent(result.execution_accuracy)} (${percent(low)}–${percent(high)})`
}

function percent(share: number): string {
  return (100 * share).toFixed(1)
}
