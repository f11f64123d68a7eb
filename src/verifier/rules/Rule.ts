import type { RuleDecision } from './RuleDecision.js'
import type { RuleQuery } from './RuleQuery.js'

/** Decides where it is certain, else null: the next rule is asked, then the model. Never throws; linear time. */
export type Rule = (query: RuleQuery) => RuleDecision | null
