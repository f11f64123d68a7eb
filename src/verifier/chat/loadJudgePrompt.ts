import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { InputError } from '../../lib/InputError.js'
import { packageRoot } from '../../lib/packageRoot.js'
import { fenced } from './fenced.js'
import type { JudgePrompt } from './JudgePrompt.js'

/**
 * Reads a judge's instructions; default: the shipped recipes/judge/equivalence.md. They become the system message; the
 * two answers (and the question, where asked for: it makes judges worse) follow, fenced.
 *
 * @throws InputError where the file cannot be read or does not ask for \boxed{1} and \boxed{0}
 */
export async function loadJudgePrompt(options: {
  readonly path?: string
  readonly question?: boolean
}): Promise<JudgePrompt> {
  const path = options.path ?? join(packageRoot(), 'recipes/judge/equivalence.md')
  const instructions = await readInstructions(path)
  const readsQuestion = options.question === true
  return {
    version: createHash('sha256')
      .update(JSON.stringify([instructions, readsQuestion]))
      .digest('hex')
      .slice(0, 12),
    readsQuestion,
    render: ({ gold, answer, question }) => {
      const parts = { 'reference answer': gold, 'given answer': answer }
      const shown = readsQuestion && question !== undefined ? { question, ...parts } : parts
      return [
        { role: 'system', content: instructions },
        { role: 'user', content: fenced(shown) },
      ]
    },
  }
}

async function readInstructions(path: string): Promise<string> {
  let text: string
  try {
    text = (await readFile(path, 'utf8')).trim()
  } catch (cause) {
    throw new InputError(`verifier.model.prompt: ${path} cannot be read (${(cause as Error).message})`, { cause })
  }
  const missing = ['\\boxed{1}', '\\boxed{0}'].filter((box) => !text.includes(box))
  if (missing.length === 0) return text
  throw new InputError(
    `verifier.model.prompt: ${path} does not ask for ${missing.join(' and ')}; a verdict is read from nothing else. ` +
      'Begin from the shipped recipes/judge/equivalence.md.',
  )
}
