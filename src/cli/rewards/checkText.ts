import type { StageRewardsCheck } from './checkRewards.js'

/** The check for people: counts a stage, and every gold answer that fails. */
export function checkText(checks: readonly StageRewardsCheck[]): string {
  return checks
    .flatMap(({ stage, gold, knownBad, fullMarks, problems }) => [
      `${stage}: full marks (${fullMarks}) for ${gold.scored - gold.failures.length} of ${gold.scored} gold answers ` +
        `and ${knownBad.failures.length} of ${knownBad.scored} known-bad ones`,
      ...gold.failures.map(
        ({ id, total, reason }) => `  ${id}: scores ${total ?? 'unknown'}${reason ? ` (${reason})` : ''}`,
      ),
      ...knownBad.failures.map(
        ({ id, name, completion, reason }) =>
          `  ${id}, ${name}: ${JSON.stringify(completion.slice(0, 120))} scores full marks${reason ? ` (${reason})` : ''}`,
      ),
      ...problems.map((problem) => `FAILED: ${problem}`),
    ])
    .join('\n')
}
