import { parseQuantity } from '../quantity/parseQuantity.js'
import type { Quantity } from '../quantity/Quantity.js'
import { canonicalText } from './canonicalText.js'

/** Something that moved: `sales rose by 5 % in 2009 due to higher prices`. What was not said is absent. */
export interface Statement {
  readonly subject: string
  readonly direction: 'up' | 'down' | 'flat'
  readonly amount?: Quantity
  readonly year?: string
  readonly cause?: string
}

/** Longer texts say more than one thing. */
const longestStatement = 200

const upVerb = 'rose|increased|grew|climbed|went up|(?:was|were) (?:higher|up)'
const downVerb = 'fell|decreased|declined|dropped|went down|(?:was|were) (?:lower|down)'
const flatVerb =
  'did not change|stayed (?:the same|flat)|(?:was|were) (?:unchanged|flat)|remained (?:flat|unchanged|the same)'
const verbal = new RegExp(`^(.+?) (?:(${upVerb})|(${downVerb})|(${flatVerb}))(?: (?:by )?(.*\\d.*))?$`)
const upNoun = 'increase|rise|growth|gain'
const downNoun = 'decrease|decline|drop|fall|reduction'
const nominal = new RegExp(`^(?:there was )?(?:an? )?(?:(${upNoun})|(${downNoun})) in (.+?)(?: of ([^a-z]*\\d.*))?$`)
const adjectival = /^(?:there (?:was|were) )?(?:(higher)|(lower)|(?:no change in)) (.+)$/
const because = '(?:because of|due to|driven by|as a result of|owing to|caused by)'
const causeLast = new RegExp(`^(.+?),? ${because} (.+)$`)
const causeFirst = new RegExp(`^${because} (.+?), (.+)$`)
const yearLast = /^(.+?),? (?:in|during) ((?:19|20)\d\d)$/
const yearFirst = /^(?:in|during) ((?:19|20)\d\d),? (.+)$/

/** Words that make a subject more than the name of something. */
const turning =
  /\b(?:not|no|never|or|if|may|might|could|would|should|expected|forecast|unless|but|although|while|than|nor|neither|either|hardly|which|that)\b/

/** Reads a normalised text as one statement; null where it is anything else, or says more. */
export function readStatement(text: string): Statement | null {
  if (text.length > longestStatement) return null
  let rest = text
    .replace(/ ?[.!]$/, '')
    .replace(/ ,/g, ',')
    .replace(/^(?:answer ?:|the answer is:?) /, '')
  let cause: string | undefined
  let found = causeFirst.exec(rest)
  if (found !== null) [, cause, rest] = found
  else if ((found = causeLast.exec(rest)) !== null) [, rest, cause] = found
  let year: string | undefined
  if ((found = yearFirst.exec(rest)) !== null) [, year, rest] = found
  else if ((found = yearLast.exec(rest)) !== null) [, rest, year] = found
  const core = readCore(rest)
  if (core === null || turning.test(core.subject) || (cause !== undefined && turning.test(cause))) return null
  const amount = core.amount === undefined ? undefined : parseQuantity(core.amount)
  const subject = canonicalText(core.subject)
  if (amount === null || subject === '' || /\d/.test(subject) || subject.split(' ').length > 8) return null
  return {
    subject,
    direction: core.direction,
    ...(amount === undefined ? {} : { amount }),
    ...(year === undefined ? {} : { year }),
    ...(cause === undefined ? {} : { cause: canonicalText(cause) }),
  }
}

interface Core {
  readonly subject: string
  readonly direction: Statement['direction']
  readonly amount?: string
}

function readCore(text: string): Core | null {
  let found = verbal.exec(text)
  if (found !== null) {
    const [, subject, up, down, , amount] = found
    return { subject, direction: up ? 'up' : down ? 'down' : 'flat', amount }
  }
  found = nominal.exec(text)
  if (found !== null) {
    const [, up, , subject, amount] = found
    return { subject, direction: up ? 'up' : 'down', amount }
  }
  found = adjectival.exec(text)
  if (found === null) return null
  const [, higher, lower, subject] = found
  return { subject, direction: higher ? 'up' : lower ? 'down' : 'flat' }
}
