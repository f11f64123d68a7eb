import type { QuestionExample } from '../data/QuestionExample.js'
import { InputError } from '../lib/InputError.js'
import type { DataSources } from './DataSources.js'

/** The questions of several sources. @throws InputError where a source holds something else */
export function questionsOf(data: DataSources, names: readonly string[], where: string): QuestionExample[] {
  return names.flatMap((name) =>
    (data.examples.get(name) ?? []).map((example) => {
      if (example.kind === 'question') return example
      throw new InputError(`${where}: data source ${name} holds ${example.kind} examples; questions are needed here`)
    }),
  )
}
