import type { PairExample } from '../data/PairExample.js'
import { wilsonInterval } from '../metrics/wilsonInterval.js'
import type { Verdict } from './Verdict.js'
import type { Verifier } from './Verifier.js'
import type { ErrorRates, VerifierReport } from './VerifierReport.js'

type LabelledPair = Pick<PairExample, 'gold' | 'answer' | 'equivalent' | 'category'>

interface Judged {
  readonly pair: LabelledPair
  readonly verdict: Verdict['verdict']
}

/** Lets a verifier judge pairs of known label and counts its errors, in all and by category. */
export async function measureVerifier(verifier: Verifier, pairs: readonly LabelledPair[]): Promise<VerifierReport> {
  const started = performance.now()
  const verdicts = await verifier.verify(pairs.map(({ gold, answer }) => ({ gold, answer })))
  const seconds = (performance.now() - started) / 1000
  const judged = pairs.map((pair, i): Judged => ({ pair, verdict: verdicts[i].verdict }))
  const categories = [...new Set(pairs.map(({ category }) => category))].sort()
  return {
    verifier: verifier.version,
    ...ratesOf(judged),
    ci95: intervalsOf(judged),
    by_category: Object.fromEntries(
      categories.map((name) => [name, ratesOf(judged.filter(({ pair }) => pair.category === name))]),
    ),
    verdicts_per_s: pairs.length / seconds,
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
