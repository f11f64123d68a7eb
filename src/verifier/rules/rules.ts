import { comparisonRule } from './comparisonRule.js'
import { dateRule } from './dateRule.js'
import { emptyRule } from './emptyRule.js'
import { exactTextRule } from './exactTextRule.js'
import { listRule } from './listRule.js'
import { multipleChoiceRule } from './multipleChoiceRule.js'
import { nonAnswerRule } from './nonAnswerRule.js'
import { numberRule } from './numberRule.js'
import { programRule } from './programRule.js'
import { rangeRule } from './rangeRule.js'
import { sentenceRule } from './sentenceRule.js'
import { statementRule } from './statementRule.js'
import { synonymRule } from './synonymRule.js'
import type { Rule } from './Rule.js'
import { yesNoRule } from './yesNoRule.js'

/** The rules in the order they are asked: the first that is certain decides. */
export const rules = {
  program: programRule,
  empty: emptyRule,
  exactText: exactTextRule,
  yesNo: yesNoRule,
  multipleChoice: multipleChoiceRule,
  nonAnswer: nonAnswerRule,
  date: dateRule,
  number: numberRule,
  range: rangeRule,
  list: listRule,
  sentence: sentenceRule,
  statement: statementRule,
  comparison: comparisonRule,
  synonym: synonymRule,
} as const satisfies Record<string, Rule>

export type RuleName = keyof typeof rules

export const ruleNames = Object.keys(rules) as RuleName[]
