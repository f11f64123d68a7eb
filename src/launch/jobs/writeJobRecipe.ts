import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { writeFileAtomic } from '../../lib/writeFileAtomic.js'
import type { Recipe } from '../../recipe/Recipe.js'
import { jobRecipe } from './jobRecipe.js'

/** Writes `<run>/launch/recipe.yaml`, which the run's job carries out. */
export async function writeJobRecipe(recipe: Recipe, runDirectory: string, from: string): Promise<void> {
  const folder = join(runDirectory, 'launch')
  await mkdir(folder, { recursive: true })
  await writeFileAtomic(join(folder, 'recipe.yaml'), jobRecipe(recipe, from))
}
