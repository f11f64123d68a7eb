import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { modelFiles } from '../model/modelFiles.js'
import type { Recipe } from '../recipe/Recipe.js'
import { embeddedVerifierDirectory } from '../verifier/embedded/embeddedVerifierDirectory.js'

/** The files that a run's judges judge by: the weights of those that run here, and prompts of the user's own. */
export async function judgeFiles({ verifier, rewards, stages }: Recipe): Promise<string[]> {
  if (!stages.some((stage) => stage.type === 'grpo' && stage.rollouts.type !== 'replay')) return []
  const { model } = verifier
  const judges = [
    ...('judges' in model ? model.judges : [model]),
    ...rewards.terms.flatMap((term) => (term.type === 'rubric' ? [term.model] : [])),
  ]
  const files: string[] = []
  for (const judge of judges) {
    if ('prompt' in judge && judge.prompt !== undefined) files.push(judge.prompt)
    const directory =
      judge.type === 'local' ? judge.path : judge.type === 'embedded' ? embeddedVerifierDirectory() : null
    if (directory === null || !existsSync(directory)) continue
    files.push(...(await modelFiles(directory)).map((name) => join(directory, name)))
  }
  return files
}
