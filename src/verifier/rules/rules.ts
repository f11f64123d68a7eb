import { dateRule } from './dateRule.js'
import { emptyRule } from './emptyRule.js'
import { exactTextRule } from './exactTextRule.js'
import { listRule } from './listRule.js'
import { multipleChoiceRule } from './multipleChoiceRule.js'
import { numberRule } from './numberRule.js'
import { programRule } from './programRule.js'
import { rangeRule } from './rangeRule.js'
import type { Rule } from './Rule.js'
import { yesNoRule } from './yesNoRule.js'

/** The rules in the order they are asked: the first that is certain decides. */
export const rules = {
  program: programRule,
  empty: emptyRule,
  exactText: exactTextRule,
  yesNo: yesNoRule,
  multipleChoice: multipleChoiceRule,
  date: dateRule,
  number: numberRule,
  range: rangeRule,
  list: listRule,
} as const satisfies Record<string, Rule>

export type RuleName = keyof typeof rules

export const ruleNames = Object.keys(rules) as RuleName[]
