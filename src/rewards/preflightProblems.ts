import type { PreflightReport } from './PreflightReport.js'

/** Lines listed of each kind. */
const listed = 5

/** What must stop a run, in words for the user; empty: the rewards may be trained on. */
export function preflightProblems(
  { gold, knownBad, fullMarks, silent }: PreflightReport,
  maxGoldFailShare: number,
): string[] {
  const problems: string[] = []
  if (gold.failures.length > maxGoldFailShare * gold.scored) {
    const shown = gold.failures.slice(0, listed).map(({ id, total, target, reason }) => {
      const why = reason === undefined ? '' : ` (${reason})`
      return `  ${id}: scores ${total ?? 'unknown'} of ${fullMarks}${why}: …${target.slice(-120)}`
    })
    problems.push(
      `${gold.failures.length} of ${gold.scored} gold answers do not score full marks; ` +
        `rewards.maxGoldFailShare allows ${maxGoldFailShare}.\n${shown.join('\n')}`,
    )
  }
  if (knownBad.failures.length > 0) {
    const shown = knownBad.failures
      .slice(0, listed)
      .map(
        ({ id, name, completion, reason }) =>
          `  ${id}, ${name}: ${JSON.stringify(completion.slice(0, 120))} (${reason ?? 'no verdict'})`,
      )
    problems.push(
      `${knownBad.failures.length} of ${knownBad.scored} known-bad completions score full marks.\n${shown.join('\n')}`,
    )
  }
  for (const { name, reason } of silent)
    problems.push(`The reward ${name} gives no value to gold completions: ${reason}`)
  return problems
}
