import { describeProblems } from '../data/DataError.js'
import type { Example } from '../data/Example.js'
import { openDataSource } from '../data/openDataSource.js'
import type { Recipe, Stage } from '../recipe/Recipe.js'
import type { DataSources } from './DataSources.js'
import { otherInputs } from './otherInputs.js'
import type { RunReporter } from './RunReporter.js'

/** Reads every data source that a stage names, each once, and hashes its files. */
export async function openData(recipe: Recipe, reporter: RunReporter): Promise<DataSources> {
  const names = [...new Set(recipe.stages.flatMap(sourceNamesOf))]
  const examples = new Map<string, readonly Example[]>()
  const files: DataSources['files'][number][] = []
  for (const name of names) {
    const opened = await openDataSource(recipe.data[name])
    if (opened.malformed.length > 0) {
      const lines = describeProblems(opened.malformed)
      reporter.warn([`data ${name}: ${opened.malformed.length} malformed entries were left out:`, ...lines].join('\n'))
    }
    examples.set(name, opened.examples)
    files.push(...opened.files)
  }
  return { examples, files: [...files, ...(await otherInputs(recipe))] }
}

function sourceNamesOf(stage: Stage): readonly string[] {
  if (stage.type === 'eval') return stage.data
  if (stage.type === 'sft') return [...stage.train, ...stage.validation]
  return [...stage.train, ...(stage.evaluate?.data ?? [])]
}
