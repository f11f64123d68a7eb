import { table } from '../../lib/table.js'
import type { ErrorRates } from '../../verifier/VerifierReport.js'
import type { BenchResult } from './benchVerifier.js'

/** The report for people: a row a category, the whole last, then intervals, attacks, the rules' part, time and cost. */
export function benchText(result: BenchResult): string {
  const row = (name: string, { n, error, false_accept, false_reject, unknown }: ErrorRates) => [
    name,
    n,
    ...[error, false_accept, false_reject, unknown].map(percent),
  ]
  const rows = Object.entries(result.by_category).map(([name, rates]) => row(name, rates))
  return [
    table(['category', 'pairs', 'error', 'false accept', 'false reject', 'unknown'], [...rows, row('all', result)]),
    '',
    ...intervalLines(result),
    ...heldOutLines(result),
    ...attackLines(result),
    ...rulesLines(result),
    ...costLines(result),
    `${Math.round(result.verdicts_per_s)} verdicts a second · ${result.verifier}`,
    ...result.problems.map((problem) => `FAILED: ${problem}`),
  ].join('\n')
}

function intervalLines({ ci95: { error, false_accept, false_reject } }: BenchResult): string[] {
  const interval = ([low, high]: readonly [number, number]) => `${percent(low)} to ${percent(high)}`
  return [
    `95 % intervals: error ${interval(error)}, false accept ${interval(false_accept)}, false reject ${interval(false_reject)}`,
  ]
}

function heldOutLines({ seen_in_training: seen, held_out: heldOut }: BenchResult): string[] {
  if (seen === undefined || heldOut === undefined) return []
  const { n, error, false_accept: accepted } = heldOut
  return [
    `The embedded judge was trained on ${percent(seen)} of the pairs; on the other ${n}: error ${percent(error)}, ` +
      `false accept ${percent(accepted)}`,
  ]
}

function attackLines({ attack }: BenchResult): string[] {
  if (attack === null) return []
  const kinds = Object.entries(attack.by_kind).flatMap(([kind, { false_accept: share }]) =>
    share === 0 ? [] : [`${kind} ${percent(share)}`],
  )
  const shown = attack.accepted.slice(0, 5).map(({ gold, answer, reason }) => {
    return `  accepted: gold ${JSON.stringify(gold)}, answer ${JSON.stringify(answer.slice(0, 100))} (${reason})`
  })
  const [low, high] = attack.ci95
  const where = kinds.length === 0 ? '' : `: ${kinds.join(', ')}`
  return [
    `Attacks: ${percent(attack.false_accept)} of ${attack.n} accepted (${percent(low)} to ${percent(high)})${where}`,
    ...shown,
  ]
}

function rulesLines({ rules: { coverage, agreement } }: BenchResult): string[] {
  const agrees = agreement === undefined ? '' : `; the verifier says the same of ${percent(agreement)} of these`
  return [`The rules decide ${percent(coverage)}${agrees}`]
}

function costLines({ latency_ms: latency, cost }: BenchResult): string[] {
  const lines: string[] = []
  if (latency)
    lines.push(`A call of the judge takes ${latency.p50.toFixed(1)} ms (median), ${latency.p95.toFixed(1)} ms (95 %)`)
  if (cost) {
    const price = cost.price === undefined ? '' : `, ${cost.price.toFixed(4)} at the prices given`
    lines.push(`${cost.calls} calls: ${cost.prompt_tokens} tokens read, ${cost.completion_tokens} written${price}`)
  }
  return lines
}

const percent = (share: number) => `${(100 * share).toFixed(2)} %`
