import { canonicalText } from '../text/canonicalText.js'
import type { RuleDecision } from './RuleDecision.js'
import type { RuleQuery } from './RuleQuery.js'

/** Something said of two, in an order that matters. */
interface Relation {
  readonly first: string
  readonly relation: string
  readonly second: string
  readonly rest: string
}

const be = '(?:was|were|is|are)'
const above = new RegExp(
  `^(.+?) (?:${be} (?:higher|greater|more|larger|bigger) than|exceeded|exceeds|${be} above|surpassed) (.+)$`,
)
const below = new RegExp(
  `^(.+?) (?:${be} (?:lower|less|smaller|fewer) than|${be} below|did not reach|fell short of) (.+)$`,
)
const passive = new RegExp(`^(.+?) ${be} ([a-z]+(?:ed|ght|ld|en)) by (.+)$`)
/** Only between two single words is it plain what did what. */
const active = /^([^ ]+) ([a-z]+(?:ed|ght|ld|en)) ([^ ]+)$/
/** Who does it to whom is the same. */
const symmetric = /^(?:equal+ed|matched|married|met|resembled|merged|joined|crossed|faced)$/
const turning =
  /\b(?:not|no|never|or|if|may|might|could|would|unless|but|nor|neither|either|hardly|almost|nearly|about|times|twice|half)\b|\d/

/** `a exceeded b`, `b was below a`, `b was sued by a`: the same two, the same way round or the other. */
export function comparisonRule({ gold, answer }: RuleQuery): RuleDecision | null {
  const expected = read(gold)
  const given = expected === null ? null : read(answer)
  if (expected === null || given === null) return null
  if (expected.relation !== given.relation || expected.rest !== given.rest) return null
  if (expected.first === given.first && expected.second === given.second) {
    return { verdict: 'equivalent', reason: 'the same two, the same way round' }
  }
  const turned = expected.first === given.second && expected.second === given.first
  return turned ? { verdict: 'different', reason: 'the same two, the other way round' } : null
}

function read(text: string): Relation | null {
  if (text.length > 200) return null
  const plain = text.replace(/ ?[.!]$/, '')
  const year = /^(.+?),? ((?:in|during) (?:19|20)\d\d)$/.exec(plain)
  const [core, rest] = year === null ? [plain, ''] : [year[1], year[2].slice(-4)]
  const made = (first: string, relation: string, second: string): Relation | null => {
    const [a, b] = [canonicalText(first), canonicalText(second)]
    return a === '' || b === '' || a === b || turning.test(a) || turning.test(b)
      ? null
      : { first: a, relation, second: b, rest }
  }
  let found = above.exec(core)
  if (found !== null) return made(found[1], 'above', found[2])
  found = below.exec(core)
  if (found !== null) return made(found[2], 'above', found[1])
  found = passive.exec(core)
  if (found !== null) return symmetric.test(found[2]) ? null : made(found[3], found[2], found[1])
  found = active.exec(core)
  return found === null || symmetric.test(found[2]) ? null : made(found[1], found[2], found[3])
}
