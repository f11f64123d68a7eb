import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import type { Recipe } from '../recipe/Recipe.js'
import type { DataSources } from './DataSources.js'

/** Files beside the data sources that shape a run: distilled reasoning and recorded rollouts; one line an example. */
export async function otherInputs({ prompt, stages }: Recipe): Promise<DataSources['files']> {
  const paths = stages.flatMap((stage) =>
    stage.type === 'grpo' && stage.rollouts.type === 'replay' ? [stage.rollouts.path] : [],
  )
  if (prompt.reasoning.type === 'field') paths.push(prompt.reasoning.path)
  // One that is missing is named by who reads it.
  const found = [...new Set(paths)].filter((path) => existsSync(path))
  return Promise.all(
    found.map(async (path) => {
      const bytes = await readFile(path)
      const examples = bytes
        .toString('utf8')
        .split('\n')
        .filter((line) => line.trim() !== '').length
      return { path, sha256: createHash('sha256').update(bytes).digest('hex'), examples }
    }),
  )
}
