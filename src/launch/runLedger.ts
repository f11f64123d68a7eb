import type { RunDirectory } from '../checkpoint/RunDirectory.js'
import type { Ledger } from '../metrics/ledger/Ledger.js'
import { ledgerOf } from '../metrics/ledger/ledgerOf.js'
import { readStepLog } from '../metrics/readStepLog.js'
import type { Recipe } from '../recipe/Recipe.js'
import { evaluationsIn } from './evaluationsIn.js'

/** The account of a run up to now, over all its attempts. */
export function runLedger(
  run: RunDirectory,
  recipe: Recipe,
  { startedAt, attempt, peakFlops }: { startedAt: string; attempt: number; peakFlops: number | null },
): Ledger {
  return ledgerOf({
    lines: readStepLog(run.stepLogPath).lines,
    startedAt: Date.parse(startedAt),
    endedAt: Date.now(),
    attempts: attempt,
    evaluationSeconds: evaluationsIn(run.path, recipe).reduce((sum, { result }) => sum + result.seconds, 0),
    ...(peakFlops === null ? {} : { peakFlops }),
    judgePrices: recipe.log.judgePrices,
  })
}
