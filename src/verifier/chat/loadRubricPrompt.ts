import { fenced } from './fenced.js'
import type { JudgePrompt } from './JudgePrompt.js'
import { promptVersion } from './promptVersion.js'
import { readInstructions } from './readInstructions.js'

/**
 * How a judge is asked whether a completion (`answer`) to a prompt (`question`) meets a criterion (`gold`); default
 * instructions: the shipped recipes/judge/rubric.md. The criterion is the recipe's own and stands with the instructions,
 * the other two follow, fenced.
 *
 * @throws InputError where the file cannot be read or does not ask for \boxed{1} and \boxed{0}
 */
export async function loadRubricPrompt(path?: string): Promise<JudgePrompt> {
  const instructions = await readInstructions(path, 'rubric.md')
  return {
    version: promptVersion(['rubric', instructions]),
    readsQuestion: true,
    render: ({ gold, answer, question = '' }) => [
      { role: 'system', content: `${instructions}\n\nThe criterion: ${gold}` },
      { role: 'user', content: fenced({ prompt: question, answer }) },
    ],
  }
}
