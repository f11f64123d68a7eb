import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { sparkline } from '../../lib/sparkline.js'
import { table } from '../../lib/table.js'
import { ledgerText } from './ledgerText.js'
import type { RunOutcome } from '../../launch/RunReporter.js'
import { sum } from '../../lib/sum.js'

/** How a run ended, for people: scores with intervals, paired differences, the reward's curve, and what to type next. */
export function outcomeText(outcome: RunOutcome, rewards: readonly number[], lastModel: string | null): string {
  const account = outcome.ledger ? ledgerText(outcome.ledger) : ''
  const sections = [scores(outcome), differences(outcome), curve(rewards), account, next(outcome, lastModel)]
  return sections.filter((text) => text !== '').join('\n\n')
}

function scores({ evaluations }: RunOutcome): string {
  if (evaluations.length === 0) return ''
  const rows = evaluations.map((row) => [
    row.stage,
    row.data,
    row.n,
    withInterval(row.execution_accuracy, row.ci95['execution_accuracy']),
    row.program_accuracy === undefined ? '' : percent(row.program_accuracy),
    percent(row.answer_accuracy),
    percent(row.format_rate),
  ])
  const header = ['stage', 'data', 'n', 'execution % (95 %)', 'program %', 'tolerant %', 'format %']
  return table(header, rows)
}

function differences({ comparisons }: RunOutcome): string {
  return comparisons
    .map(({ from, to, data, difference, ci95: [low, high] }) => {
      const verdict = low > 0 ? 'better' : high < 0 ? 'worse' : 'not told apart'
      return `${to} − ${from} on ${data}: ${signed(difference)} points (${signed(low)} to ${signed(high)}, paired): ${verdict}`
    })
    .join('\n')
}

function curve(rewards: readonly number[]): string {
  if (rewards.length < 2) return ''
  // Single steps are mostly noise: a bar is a mean of several, and the figures are those of the first and the last tenth.
  const tenth = Math.ceil(rewards.length / 10)
  const mean = (part: readonly number[]) => (sum(part) / part.length).toFixed(2)
  return `reward  ${sparkline(rewards, 24)}  ${mean(rewards.slice(0, tenth))} → ${mean(rewards.slice(-tenth))}`
}

function next({ directory }: RunOutcome, lastModel: string | null): string {
  const files = ['steps.jsonl', 'completions', 'eval', 'result.json'].filter((name) =>
    existsSync(join(directory, name)),
  )
  const lines = [`Everything is in ${directory}: ${files.join(', ')}`]
  if (lastModel !== null) lines.push(`Try the model:  npx fintune sample ${lastModel} --chat --prompt "…"`)
  return lines.join('\n')
}

function percent(share: number): string {
  return (100 * share).toFixed(1)
}

function withInterval(share: number, [low, high]: readonly [number, number]): string {
  return `${percent(share)} (${percent(low)}–${percent(high)})`
}

function signed(share: number): string {
  return `${share < 0 ? '−' : '+'}${Math.abs(100 * share).toFixed(1)}`
}
