import { readTraces } from '../data/readTraces.js'
import type { RenderOptions } from '../data/render/RenderOptions.js'
import type { Recipe } from '../recipe/Recipe.js'

/** A recipe's `prompt`, with distilled reasoning read where it names a file of it. */
export async function renderOptions({ prompt }: Recipe): Promise<RenderOptions> {
  const { reasoning, ...rest } = prompt
  if (reasoning.type !== 'field') return { ...rest, reasoning }
  return { ...rest, reasoning: { type: 'field', traces: await readTraces(reasoning.path) } }
}
