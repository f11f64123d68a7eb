import { table } from '../../lib/table.js'
import type { ErrorRates, VerifierReport } from '../../verifier/VerifierReport.js'

/** The report for people: a row a category, the whole last, with its intervals below. */
export function benchText(report: VerifierReport): string {
  const row = (name: string, { n, error, false_accept, false_reject, unknown }: ErrorRates) => [
    name,
    n,
    ...[error, false_accept, false_reject, unknown].map(percent),
  ]
  const rows = Object.entries(report.by_category).map(([name, rates]) => row(name, rates))
  const interval = ([low, high]: readonly [number, number]) => `${percent(low)} to ${percent(high)}`
  const { error, false_accept, false_reject } = report.ci95
  return [
    table(['category', 'pairs', 'error', 'false accept', 'false reject', 'unknown'], [...rows, row('all', report)]),
    '',
    `95 % intervals: error ${interval(error)}, false accept ${interval(false_accept)}, false reject ${interval(false_reject)}`,
    `${Math.round(report.verdicts_per_s)} verdicts a second · ${report.verifier}`,
  ].join('\n')
}

const percent = (share: number) => `${(100 * share).toFixed(2)} %`
