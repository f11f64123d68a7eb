import { formatDuration } from '../../lib/formatDuration.js'
import type { Ledger } from '../../metrics/ledger/Ledger.js'

/** A run's account for people: time by part, speed, utilisation, what stops cost, what the judge did. */
export function ledgerText(ledger: Ledger): string {
  const { wallSeconds, seconds, tokens, tokensPerSecond, mfu, peakFlops, judge } = ledger
  const shares = Object.entries(seconds)
    .filter(([, value]) => value >= 0.005 * wallSeconds)
    .map(([part, value]) => `${part} ${percent(value / wallSeconds)}`)
  const speed = [`${tokens} tokens trained`, `${Math.round(tokensPerSecond)} a second of step time`]
  if (mfu !== undefined && peakFlops !== undefined) {
    const peak = `the ${(peakFlops / 1e9).toFixed(0)} GFLOP/s measured`
    // The peak is taken once, as a run begins: other work on the machine then makes it too low.
    speed.push(
      mfu <= 1 ? `${percent(mfu)} of ${peak} here` : `more than ${peak} at the start, when the machine was not idle`,
    )
  }
  return [
    `time    ${formatDuration(wallSeconds * 1000)}: ${shares.join(', ')}`,
    `speed   ${speed.join(', ')}`,
    `steps   ${percent(ledger.effectiveTrainingRatio)} of the time went into steps that count${stops(ledger)}`,
    ...(judge ? [`judge   ${judgeText(judge)}`] : []),
  ].join('\n')
}

function stops({ attempts, lostSeconds }: Ledger): string {
  return attempts === 1 ? '' : ` (${attempts} attempts, ${formatDuration(lostSeconds * 1000)} of steps run again)`
}

function judgeText({
  answers,
  calls,
  unknown,
  promptTokens,
  completionTokens,
  cost,
}: NonNullable<Ledger['judge']>): string {
  const parts = [`${answers} answers verified, ${calls} of them by the model`, `${unknown} unknown`]
  if (promptTokens !== undefined) parts.push(`${promptTokens} tokens read and ${completionTokens} written`)
  if (cost !== undefined) parts.push(`cost ${cost.toFixed(4)}`)
  return parts.join(', ')
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`
}
