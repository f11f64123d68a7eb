import type { Example } from '../../data/Example.js'
import type { RenderOptions } from '../../data/render/RenderOptions.js'
import { openDataSource } from '../../data/openDataSource.js'
import { renderExample } from '../../data/render/renderExample.js'
import { renderPair } from '../../data/renderPair.js'
import { loadRecipe } from '../../recipe/loadRecipe.js'

/**
 * The texts that a model trained by the recipe reads and writes: prompts and targets of its SFT and GRPO data, uncut.
 *
 * @param limit at most so many examples of each data source
 */
export async function recipeTexts(path: string, limit: number): Promise<string[]> {
  const recipe = await loadRecipe(path)
  const names = new Set(recipe.stages.flatMap((stage) => (stage.type === 'eval' ? [] : stage.train)))
  const options: RenderOptions = { ...recipe.prompt, reasoning: { type: 'program' }, maxPromptTokens: undefined }
  const texts: string[] = []
  for (const name of names) {
    const { examples } = await openDataSource(recipe.data[name], { limit })
    for (const example of examples) texts.push(...textsOf(example, options))
  }
  return texts
}

function textsOf(example: Example, options: RenderOptions): string[] {
  switch (example.kind) {
    case 'text':
      return [example.text]
    case 'messages':
      return example.messages.map(({ content }) => content)
    case 'pair': {
      const { prompt, yes, no } = renderPair(example.gold, example.answer)
      return [prompt, example.equivalent ? yes : no]
    }
    case 'question': {
      const { messages, target } = renderExample(example, options)
      return [...messages.map(({ content }) => content), target]
    }
    case 'tokens':
      return []
  }
}
