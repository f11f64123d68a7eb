import type { Verdict } from './Verdict.js'

/** What several verdicts cost together, where any of them tells. */
export function addUsage(verdicts: readonly Pick<Verdict, 'usage'>[]): Pick<Verdict, 'usage'> {
  const usages = verdicts.flatMap(({ usage }) => usage ?? [])
  if (usages.length === 0) return {}
  return {
    usage: {
      promptTokens: usages.reduce((sum, { promptTokens }) => sum + promptTokens, 0),
      completionTokens: usages.reduce((sum, { completionTokens }) => sum + completionTokens, 0),
    },
  }
}
