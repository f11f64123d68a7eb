import type { KeyedRandom } from '../../lib/keyedRandom.js'
import type { ProgramValue } from '../../finqa/ProgramResult.js'
import type { Question } from './questionFamilies.js'
import type { SyntheticPage } from './SyntheticPage.js'
import { executeProgram } from '../../finqa/executeProgram.js'
import { questionFamilies } from './questionFamilies.js'
import { sum } from '../../lib/sum.js'

/**
 * A question about the page whose program executes, with its value.
 *
 * @param steps weights of one-, two- and three-step programs; families of equal length are drawn alike
 */
export function makeQuestion(
  page: SyntheticPage,
  random: KeyedRandom,
  steps: readonly [number, number, number],
): Question & { readonly value: ProgramValue } {
  for (;;) {
    const wanted = drawWeighted(random, steps) + 1
    const family = random.pick(questionFamilies.filter((candidate) => candidate.steps === wanted))
    const question = family.ask(page, random)
    if (question === undefined) continue
    const result = executeProgram(question.program, page, { dialect: 'finqa' })
    if (result.valid) return { ...question, value: result.value }
  }
}

function drawWeighted(random: KeyedRandom, weights: readonly number[]): number {
  let left = random.uniform() * sum(weights)
  const drawn = weights.findIndex((weight) => (left -= weight) < 0)
  return drawn >= 0 ? drawn : weights.findLastIndex((weight) => weight > 0)
}
