import { canonicalStepLog } from '../canonicalStepLog.js'
import type { StepLogLine } from '../StepLogLine.js'
import { tokenPrice, type TokenPrices } from '../tokenPrice.js'
import type { Ledger } from './Ledger.js'
import { sum } from '../../lib/sum.js'

export interface LedgerInput {
  /** All lines of the step log, those of lost steps too. */
  readonly lines: readonly StepLogLine[]
  /** When the run first started and where the account ends, milliseconds since 1970. */
  readonly startedAt: number
  readonly endedAt: number
  readonly attempts: number
  /** Spent in evaluation stages. */
  readonly evaluationSeconds: number
  readonly peakFlops?: number
  /** What a million of the judge's tokens cost. */
  readonly judgePrices?: TokenPrices
}

const parts = ['rollout', 'verify', 'reference', 'train', 'sync', 'checkpoint', 'evaluate']

/** The account of a run, from its step log. */
export function ledgerOf(input: LedgerInput): Ledger {
  const { lines, attempts, evaluationSeconds, peakFlops } = input
  const counted = canonicalStepLog(lines)
  const wallSeconds = Math.max(0, (input.endedAt - input.startedAt) / 1000)
  const stepSeconds = total(counted, 'step_time')
  const tokens = trainedTokens(counted)
  const seconds = split(counted, evaluationSeconds)
  const known = sum(Object.values(seconds))
  const mfu = total(counted, 'throughput/mfu', 'step_time') / stepSeconds
  const judge = judgeOf(counted, input.judgePrices)
  return {
    attempts,
    wallSeconds,
    steps: counted.length,
    lostSeconds: total(lines, 'step_time') - stepSeconds,
    effectiveTrainingRatio: wallSeconds > 0 ? stepSeconds / wallSeconds : 0,
    seconds: { ...seconds, other: Math.max(0, wallSeconds - known) },
    tokens,
    tokensPerSecond: stepSeconds > 0 ? tokens / stepSeconds : 0,
    ...(mfu > 0 ? { mfu } : {}),
    ...(peakFlops === undefined ? {} : { peakFlops }),
    ...(judge ? { judge } : {}),
  }
}

/** The sum of a metric over the lines that have it, each times another one where that is named. */
function total(lines: readonly StepLogLine[], name: string, times?: string): number {
  return lines.reduce((sum, { metrics }) => {
    return sum + (metrics[name] ?? 0) * (times === undefined ? 1 : (metrics[times] ?? 0))
  }, 0)
}

function split(lines: readonly StepLogLine[], evaluationSeconds: number): Record<string, number> {
  const found = parts.map((part): [string, number] => [part, total(lines, `time/${part}_s`)])
  const seconds = Object.fromEntries(found)
  // Where rollouts are made while training goes on, a step spends on them only what it waits.
  if (lines.some(({ metrics }) => metrics['time/rollout_wait_s'] !== undefined)) {
    seconds['rollout'] = total(lines, 'time/rollout_wait_s')
    seconds['verify'] = 0
  }
  seconds['evaluate'] += evaluationSeconds
  return Object.fromEntries(Object.entries(seconds).filter(([, value]) => value > 0))
}

/** num_tokens counts within a stage. */
function trainedTokens(lines: readonly StepLogLine[]): number {
  const last = new Map(lines.map(({ stageIndex, metrics }) => [stageIndex, metrics['num_tokens'] ?? 0]))
  return sum([...last.values()])
}

function judgeOf(lines: readonly StepLogLine[], prices: LedgerInput['judgePrices']): Ledger['judge'] {
  if (lines.every(({ metrics }) => metrics['verifier/calls'] === undefined)) return undefined
  const promptTokens = total(lines, 'verifier/prompt_tokens')
  const completionTokens = total(lines, 'verifier/completion_tokens')
  const cost = tokenPrice({ promptTokens, completionTokens }, prices)
  return {
    answers: total(lines, 'verifier/calls'),
    calls: total(lines, 'verifier/judge_calls'),
    unknown: total(lines, 'verifier/unknown'),
    ...(promptTokens + completionTokens > 0 ? { promptTokens, completionTokens } : {}),
    ...(cost === undefined ? {} : { cost }),
  }
}
