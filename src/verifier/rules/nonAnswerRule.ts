import type { RuleDecision } from './RuleDecision.js'
import type { RuleQuery } from './RuleQuery.js'

/** An answer longer than this many characters, and than twice the gold and these, says more than a short gold does. */
const longestAnswer = 200

const fillers = new Set(
  [
    'n/a|na|none|nothing|unknown|not known|not given|not available|not applicable|not enough information|any number',
    "see the table|see table|see above|see below|see the text|it depends|i do not know|i don't know|no answer|tbd",
    'thought process|solution|final answer|answer|the answer|the answer is|the final answer is|result|the result is|response',
    '\\boxed{}|かいせつ|let me think|let me think about it|let us think|first|first, we look at the table|first , we look at the table|step 1',
    'i cannot answer this|i can not answer this|i cannot answer|cannot be determined|it cannot be determined|解|答案|respuesta',
  ]
    .join('|')
    .split('|'),
)
const stepByStep = /^let'?s (?:solve|think|work|do|go|break|start|begin)[a-z ]{0,40}(?: step by step| carefully)?$/
const tags = /<\/?(?:answer|think)>/
const talk =
  /\b(?:ignore|disregard|forget) (?:all |any |the |these |those |previous |prior |above )*(?:rules|instructions|gold|reference|prompt)\b|\b(?:this|the|my|given) answer is (?:correct|right|true|equal|equivalent)\b|\bsame as (?:the )?(?:gold|reference|correct answer)\b|\bverdict ?(?:is|:)|\byou are (?:a|the|an) (?:fair |honest )?judge\b|\\boxed\{[01]\} ?[^\d%]|[^\d ] ?\\boxed\{[01]\}|\[end of |忽略.{0,12}(?:规则|指示|指令)|判定为相同/
/** A Cyrillic letter beside a Latin one or a digit, within one word. */
const mixedScripts = /[a-z\d]\p{Script=Cyrillic}|\p{Script=Cyrillic}[a-z\d]/u
const cyrillic = /\p{Script=Cyrillic}/u
const denial =
  /^(?:it(?:'s| is| was) |they are |definitely |certainly |anything |that is )?(?:not|but not|anything but|but) /

const hedge =
  /\beither .+ or\b|\bmay be .+ may be\b|\bperhaps .+ perhaps not\b|\b(?:would be|is) wrong\b|\band also\b|\byes or no\b/
const lookAlikes: Readonly<Record<string, string>> = { l: '1', i: '1', o: '0', s: '5', b: '8', z: '2' }

/** Anything that a number may be written with: digits of any script, words, Chinese numerals. */
const numeric =
  /\p{N}|[一二三四五六七八九十百千万亿零两半]|zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|teen|twenty|thirty|forty|fifty|sixty|hundred|thousand|million|billion|half|third|quarter|double|triple|dozen|nil|none|nothing|unchanged|no change|flat|same|equal|once|twice|few|several|all|both|single|infinit|un|dos|tres|zwei|drei|deux|trois/u

/**
 * What is no answer, whatever the gold is: a filler, tags of its own, a word to the judge, letters that only look like
 * others, gold denied or hedged; and, where gold is a figure, yes or no, a text without any number in it or far too long.
 */
export function nonAnswerRule(query: RuleQuery): RuleDecision | null {
  const { gold, answer } = query
  if (gold === answer) return null
  const reason = problem(query)
  return reason === null ? null : { verdict: 'different', reason }
}

function problem({ gold, answer, goldQuantity, answerQuantity }: RuleQuery): string | null {
  const short = goldQuantity !== null || gold === 'yes' || gold === 'no'
  if (short && answer.length > longestAnswer + 2 * gold.length) return 'the answer is far longer than the gold'
  if (answer.length > 2 * longestAnswer) return null
  if (tags.test(answer) && !tags.test(gold)) return 'the answer holds tags of its own'
  const bare = answer.replace(/[.,:;!?"'… ]+$/, '').replace(/^[.,:;!?"'… ]+/, '')
  if ((fillers.has(bare) && !fillers.has(gold)) || stepByStep.test(bare)) return 'the answer says nothing'
  if (talk.test(answer) && !talk.test(gold)) return 'the answer speaks to the judge'
  if (mixedScripts.test(answer) && !cyrillic.test(gold)) return 'letters that look like others'
  if (hedge.test(answer) && !hedge.test(gold)) return 'the answer hedges'
  if (/\d/.test(gold) && answer.replace(/[liosbz]/g, (sign) => lookAlikes[sign]) === gold)
    return 'letters that look like digits'
  const denied = answer.replace(denial, '')
  if (denied !== answer && denied === gold) return 'the answer denies the gold'
  if (goldQuantity !== null && answerQuantity === null && !numeric.test(answer))
    return 'there is no number in the answer'
  return null
}
