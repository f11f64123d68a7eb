import type { Quantity } from '../../verifier/quantity/Quantity.js'
import type { AnswerExplanation } from './explainAnswer.js'

/** The explanation for people: the verdict, how both sides were read, what each rule said. */
export function explanationText({ verdict, reason, decidedBy, verifier, rules }: AnswerExplanation): string {
  const said = rules.rules.map(({ rule, decision, disabled }) => {
    const word = decision === null ? 'leaves it open' : `${decision.verdict}: ${decision.reason}`
    return `  ${rule.padEnd(15)} ${disabled ? `(switched off) ${word}` : word}`
  })
  return [
    `${verdict} (${decidedBy}): ${reason}`,
    '',
    `gold    ${JSON.stringify(rules.gold)}${readAs(rules.goldQuantity)}`,
    `answer  ${JSON.stringify(rules.answer)}${readAs(rules.answerQuantity)}`,
    '',
    'Rules, in the order they are asked:',
    ...said,
    '',
    `Verifier: ${verifier}`,
  ].join('\n')
}

function readAs(quantity: Quantity | null): string {
  if (quantity === null) return ', read as text'
  const { value, halfStep, kind, currency, noun } = quantity
  const unit = [kind === 'number' ? '' : kind, currency ?? '', noun].filter((part) => part !== '').join(' ')
  return `, read as ${value}${unit === '' ? '' : ` ${unit}`}${halfStep === 0 ? ', exactly' : ` ± ${halfStep}`}`
}
