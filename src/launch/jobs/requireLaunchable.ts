import { RunDirectory } from '../../checkpoint/RunDirectory.js'
import { InputError } from '../../lib/InputError.js'
import type { Recipe } from '../../recipe/Recipe.js'
import { requireResumable } from '../requireResumable.js'

/**
 * Finds now what would make a job fail after hours in a queue: another recipe's run in its directory, or one that is done.
 *
 * @throws InputError with what to do instead
 */
export function requireLaunchable(recipe: Recipe, runDirectory: string): void {
  const run = new RunDirectory(runDirectory)
  if (requireResumable(run, recipe, 'auto').type !== 'done') return
  throw new InputError(`${runDirectory} holds this run already, done. To run it anew beside it:  --run-dir DIR`)
}
