import type { RuleDecision } from './RuleDecision.js'
import type { RuleQuery } from './RuleQuery.js'

/** The same text, but for case, width, white space, quotes, a leading article and a final full stop. */
export function exactTextRule({ gold, answer }: RuleQuery): RuleDecision | null {
  return bare(gold) === bare(answer) ? { verdict: 'equivalent', reason: 'the same text' } : null
}

function bare(text: string): string {
  return text
    .replace(/[.。!]$/, '')
    .replace(/^(?:the|an?) /, '')
    .trim()
}
