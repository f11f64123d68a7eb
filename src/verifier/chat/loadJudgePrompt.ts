import { fenced } from './fenced.js'
import type { JudgePrompt } from './JudgePrompt.js'
import { promptVersion } from './promptVersion.js'
import { readInstructions } from './readInstructions.js'

/**
 * How a judge is asked whether two answers say the same; default instructions: the shipped recipes/judge/equivalence.md.
 * They become the system message; the two answers (and the question, where asked for: it makes judges worse) follow,
 * fenced.
 *
 * @throws InputError where the file cannot be read or does not ask for \boxed{1} and \boxed{0}
 */
export async function loadJudgePrompt(options: {
  readonly path?: string
  readonly question?: boolean
}): Promise<JudgePrompt> {
  const instructions = await readInstructions(options.path, 'equivalence.md')
  const readsQuestion = options.question === true
  return {
    version: promptVersion([instructions, readsQuestion]),
    readsQuestion,
    render: ({ gold, answer, question }) => {
      const answers = { 'reference answer': gold, 'given answer': answer }
      return [
        { role: 'system', content: instructions },
        {
          role: 'user',
          content: fenced(readsQuestion && question !== undefined ? { question, ...answers } : answers),
        },
      ]
    },
  }
}
