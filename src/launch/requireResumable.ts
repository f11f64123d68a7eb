import { existsSync, readdirSync, statSync } from 'node:fs'
import { logFiles } from '../checkpoint/logFiles.js'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { RunDirectory } from '../checkpoint/RunDirectory.js'
import { InputError } from '../lib/InputError.js'
import { runRecipeText } from './runRecipeText.js'
import { readRunRecipe } from './readRunRecipe.js'
import type { RecipeChange } from './RecipeChange.js'
import { recipeChanges } from './recipeChanges.js'

export type ResumeMode = 'never' | 'auto' | 'must'

/** What to do with a run directory. */
export type Resumption =
  | { readonly type: 'begin' }
  | { readonly type: 'done' }
  | { readonly type: 'continue'; readonly changes: readonly RecipeChange[] }

/**
 * Whether a run directory is to be begun, continued or left as it is. What may change in the recipe: anything that shapes
 * no number (log, checkpoint, output, threads, where the judge listens), more steps, further stages at the end.
 *
 * @throws InputError when there is a run and no leave to touch it (with three ways out), when there is none but one is
 *   needed, when the directory holds something else, or when the recipe has changed in a way that would give other
 *   numbers (with the difference)
 */
export function requireResumable(run: RunDirectory, recipe: object, resume: ResumeMode): Resumption {
  const status = run.readStatus()
  if (!status) {
    if (resume === 'must') {
      throw new InputError(
        `--resume=must: ${run.path} holds no run. Start one with --resume=auto, or look at --run-dir.`,
      )
    }
    requireFree(run, recipe)
    return { type: 'begin' }
  }
  if (resume === 'never') throw alreadyThere(run.path, status.status, status.step, status.stepsTotal)
  const changes = recipeChanges(readRunRecipe(run), parse(runRecipeText(recipe)))
  const refused = changes.filter(({ kind }) => kind === 'fixed')
  if (refused.length > 0) {
    throw new InputError(
      `${run.path} was begun with another recipe; these keys differ:\n` +
        refused.map(({ key, was, is }) => `  ${key}: was ${show(was)}, is ${show(is)}\n`).join('') +
        'What may change: more steps, further stages at the end, log, checkpoint, output, engine.threads, recompute and kvCacheMiB.\n' +
        'Undo the rest, or give this recipe a run of its own:  --run-dir DIR',
    )
  }
  const longer = changes.some(({ kind }) => kind === 'more')
  return status.status === 'done' && !longer ? { type: 'done' } : { type: 'continue', changes }
}

/**
 * Nothing of the user's is written over. A recipe.yaml of just this content, with no step in the log, is what a run leaves
 * that was killed at its start.
 */
function requireFree(run: RunDirectory, recipe: object): void {
  if (!existsSync(run.path)) return
  const stages = (recipe as { stages?: { name: string }[] }).stages ?? []
  const written = [...Object.values(logFiles), 'completions', 'eval', 'result.json', ...stages.map(({ name }) => name)]
  const hasRecipe = existsSync(join(run.path, 'recipe.yaml'))
  const isOurs = hasRecipe && run.readRecipe() === runRecipeText(recipe)
  const hasSteps = existsSync(run.stepLogPath) && statSync(run.stepLogPath).size > 0
  const ours: readonly string[] = isOurs && !hasSteps ? Object.values(logFiles) : []
  const inTheWay = readdirSync(run.path).filter((name) => written.includes(name) && !ours.includes(name))
  if (hasRecipe && !isOurs) inTheWay.push('recipe.yaml')
  if (inTheWay.length === 0) return
  throw new InputError(
    `${run.path} holds no run (no run.json), but ${inTheWay.join(', ')}, which a run would write over. ` +
      'Name another directory:  --run-dir DIR',
  )
}

function alreadyThere(path: string, status: string, step: number, total: number): InputError {
  return new InputError(
    `${path} already holds a run (${status}, step ${step} of ${total}). Three ways out:\n` +
      '  go on with it          --resume=auto\n' +
      '  keep it, run beside it --run-dir OTHER\n' +
      `  begin anew             rm -r ${path}`,
  )
}

function show(value: unknown): string {
  return value === undefined ? 'absent' : JSON.stringify(value)
}
