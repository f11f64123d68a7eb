import type { EvalResult } from '../../eval/EvalResult.js'
import { table } from '../../lib/table.js'

/** An evaluation for people: each score with its 95 % interval. */
export function evalText(result: EvalResult): string {
  const percent = (share: number) => (100 * share).toFixed(2)
  const rows = Object.entries(result.ci95).map(([name, [low, high]]) => [
    name,
    percent(result[name as 'execution_accuracy']),
    `${percent(low)} to ${percent(high)}`,
  ])
  return `${result.n} examples of ${result.data}\n\n${table(['score', '%', '95 % interval'], rows)}`
}
