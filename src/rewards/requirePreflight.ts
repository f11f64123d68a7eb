import type { GoldItem } from './GoldItem.js'
import { preflight } from './preflight.js'
import { PreflightError } from './PreflightError.js'
import type { PreflightReport } from './PreflightReport.js'
import { preflightProblems } from './preflightProblems.js'
import type { RewardSet } from './RewardSet.js'

/**
 * Runs the pre-flight and keeps the items whose gold completion scores full marks (and those that have none to score).
 *
 * @throws PreflightError when more than maxGoldFailShare of the gold fails, or a known-bad completion scores full marks
 */
export async function requirePreflight<Item extends GoldItem>(
  rewards: RewardSet,
  items: readonly Item[],
  options: { readonly maxGoldFailShare: number; readonly signal?: AbortSignal },
): Promise<{ kept: Item[]; report: PreflightReport }> {
  const report = await preflight(rewards, items, options.signal)
  const problems = preflightProblems(report, options.maxGoldFailShare)
  if (problems.length > 0) {
    const advice = 'See every one with:  fintune rewards check RECIPE --json'
    throw new PreflightError(`The rewards fail their check before step 1:\n${problems.join('\n')}\n${advice}`, report)
  }
  const failed = new Set(report.gold.failures.map(({ id }) => id))
  return { kept: items.filter(({ id }) => !failed.has(id)), report }
}
