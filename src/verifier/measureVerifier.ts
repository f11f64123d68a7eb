import type { PairExample } from '../data/PairExample.js'
import type { SeenPairs } from '../data/SeenPairs.js'
import { tokenPrice, type TokenPrices } from '../metrics/tokenPrice.js'
import { wilsonInterval } from '../metrics/wilsonInterval.js'
import { addUsage } from './addUsage.js'
import { latencyQuantiles } from './latencyQuantiles.js'
import { decideByRules } from './rules/decideByRules.js'
import type { RuleName } from './rules/rules.js'
import type { Verdict } from './Verdict.js'
import type { Verifier } from './Verifier.js'
import type { ErrorRates, RulesAgreement, VerifierReport } from './VerifierReport.js'

type LabelledPair = Pick<PairExample, 'gold' | 'answer' | 'equivalent' | 'category'> & { readonly question?: string }

interface Judged {
  readonly pair: LabelledPair
  readonly verdict: Verdict['verdict']
}

export interface MeasureOptions {
  readonly prices?: TokenPrices
  /** Rules that the verifier is not compared with, since it has them switched off. */
  readonly disabledRules?: readonly RuleName[]
  /** The pairs that the embedded judge was trained on. */
  readonly seen?: Pick<SeenPairs, 'has'>
}

/**
 * Lets a verifier judge pairs of known label and counts its errors, in all and by category, what its judge took, and
 * where it agrees with the rules.
 */
export async function measureVerifier(
  verifier: Verifier,
  pairs: readonly LabelledPair[],
  { prices, disabledRules, seen }: MeasureOptions = {},
): Promise<VerifierReport> {
  const started = performance.now()
  const verdicts = await verifier.verify(pairs.map(({ gold, answer, question }) => ({ gold, answer, question })))
  const seconds = (performance.now() - started) / 1000
  const judged = pairs.map((pair, i): Judged => ({ pair, verdict: verdicts[i].verdict }))
  const categories = [...new Set(pairs.map(({ category }) => category))].sort()
  const rates = ratesOf(judged)
  return {
    verifier: verifier.version,
    ...rates,
    coverage: 1 - rates.unknown,
    ci95: intervalsOf(judged),
    by_category: Object.fromEntries(
      categories.map((name) => [name, ratesOf(judged.filter(({ pair }) => pair.category === name))]),
    ),
    ...heldOutOf(judged, seen),
    rules: agreementOf(judged, disabledRules),
    verdicts_per_s: pairs.length / seconds,
    ...latencyOf(verdicts),
    ...costOf(verdicts, prices),
    decided_by: countBy(verdicts.map(({ decidedBy }) => decidedBy)),
  }
}

function heldOutOf(
  judged: readonly Judged[],
  seen: MeasureOptions['seen'],
): Pick<VerifierReport, 'seen_in_training' | 'held_out'> {
  if (seen === undefined) return {}
  const heldOut = judged.filter(({ pair }) => !seen.has(pair))
  return {
    seen_in_training: judged.length === 0 ? 0 : 1 - heldOut.length / judged.length,
    held_out: ratesOf(heldOut),
  }
}

function ratesOf(judged: readonly Judged[]): ErrorRates {
  const counts = countsOf(judged)
  const share = (part: readonly [number, number]) => (part[1] === 0 ? 0 : part[0] / part[1])
  return {
    n: judged.length,
    error: share(counts.error),
    false_accept: share(counts.false_accept),
    false_reject: share(counts.false_reject),
    unknown: share(counts.unknown),
  }
}

function intervalsOf(judged: readonly Judged[]): VerifierReport['ci95'] {
  const { error, false_accept, false_reject } = countsOf(judged)
  return {
    error: wilsonInterval(...error),
    false_accept: wilsonInterval(...false_accept),
    false_reject: wilsonInterval(...false_reject),
  }
}

/** Hits and how many there could have been. */
function countsOf(
  judged: readonly Judged[],
): Record<'error' | 'false_accept' | 'false_reject' | 'unknown', [number, number]> {
  const count = (test: (entry: Judged) => boolean) => judged.filter(test).length
  const same = count(({ pair }) => pair.equivalent)
  const accepted = count(({ pair, verdict }) => !pair.equivalent && verdict === 'equivalent')
  const rejected = count(({ pair, verdict }) => pair.equivalent && verdict === 'different')
  const unknown = count(({ verdict }) => verdict === 'unknown')
  return {
    error: [accepted + rejected + unknown, judged.length],
    false_accept: [accepted, judged.length - same],
    false_reject: [rejected, same],
    unknown: [unknown, judged.length],
  }
}

function agreementOf(judged: readonly Judged[], disabled: readonly RuleName[] = []): RulesAgreement {
  const decided = judged.flatMap(({ pair, verdict }) => {
    const byRules = decideByRules(pair, disabled)
    return byRules === null ? [] : [byRules.verdict === verdict]
  })
  const coverage = judged.length === 0 ? 0 : decided.length / judged.length
  if (decided.length === 0) return { coverage }
  return { coverage, agreement: decided.filter((agrees) => agrees).length / decided.length }
}

function latencyOf(verdicts: readonly Verdict[]): Pick<VerifierReport, 'latency_ms'> {
  const latency = latencyQuantiles(verdicts.flatMap(({ latencyMs }) => latencyMs ?? []))
  return latency === null ? {} : { latency_ms: latency }
}

function costOf(verdicts: readonly Verdict[], prices?: TokenPrices): Pick<VerifierReport, 'cost'> {
  const { usage } = addUsage(verdicts)
  if (usage === undefined) return {}
  const price = tokenPrice(usage, prices)
  return {
    cost: {
      calls: verdicts.filter((verdict) => verdict.usage !== undefined).length,
      prompt_tokens: usage.promptTokens,
      completion_tokens: usage.completionTokens,
      ...(price === undefined ? {} : { price }),
    },
  }
}

function countBy(names: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return Object.fromEntries([...counts].sort(([, a], [, b]) => b - a))
}
