import { closeSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { RunDirectory } from '../checkpoint/RunDirectory.js'
import type { RunPosition } from '../checkpoint/RunPosition.js'
import { disk } from '../lib/disk.js'
import { InputError } from '../lib/InputError.js'
import { maskSecrets } from '../lib/maskSecrets.js'
import type { Recipe } from '../recipe/Recipe.js'
import type { RecipeChange } from './RecipeChange.js'
import type { RunReporter } from './RunReporter.js'
import { runRecipeText } from './runRecipeText.js'

/**
 * Takes down what of the recipe has changed since the run began (changes.jsonl), and lets go of what no longer holds: a
 * stage that gets longer leaves the evaluations after it to be made again.
 *
 * @returns whether steps that are run again must come out as they did: a schedule stretched over more steps gives others
 * @throws InputError where a stage is to get longer that another one already built on
 */
export async function applyRecipeChanges(
  run: RunDirectory,
  recipe: Recipe,
  changes: readonly RecipeChange[],
  { position, attempt, reporter }: { position: RunPosition; attempt: number; reporter: RunReporter },
): Promise<boolean> {
  if (changes.length === 0) return true
  const longer = changes.flatMap(({ key, kind }) => (kind === 'more' ? [{ key, stage: stageOf(key) }] : []))
  const over = longer.find(({ stage }) => stage < position.stageIndex)
  if (over) {
    throw new InputError(
      `${over.key}: stage ${recipe.stages[over.stage].name} is over and ${position.stage} has built on it. ` +
        'Undo the change, or give this recipe a run of its own:  --run-dir DIR',
    )
  }
  const path = join(run.path, 'changes.jsonl')
  const time = new Date().toISOString()
  const lines = changes.map((change) => JSON.stringify({ schema: 'fintune.change/1', attempt, time, ...change }) + '\n')
  const file = disk.openAppend(path)
  disk.append(file, path, maskSecrets(lines.join('')))
  closeSync(file)
  for (const { key, was, is } of changes)
    reporter.say(`changed since the run began: ${key}: ${show(was)} → ${show(is)}`)
  if (longer.length > 0) await forgetEvaluations(run, recipe, Math.min(...longer.map(({ stage }) => stage)))
  await run.writeRecipe(runRecipeText(recipe))
  return longer.length === 0
}

function stageOf(key: string): number {
  return Number(/^stages\[(\d+)\]/.exec(key)?.[1])
}

async function forgetEvaluations(run: RunDirectory, { stages }: Recipe, from: number): Promise<void> {
  await rm(join(run.path, 'result.json'), { force: true })
  for (const stage of stages.slice(from)) {
    if (stage.type !== 'eval') continue
    for (const data of stage.data) {
      for (const ending of ['json', 'jsonl', 'predictions.json', 'sums']) {
        await rm(join(run.path, 'eval', `${stage.name}-${data}.${ending}`), { force: true })
      }
    }
  }
}

function show(value: unknown): string {
  return value === undefined ? 'absent' : JSON.stringify(value)
}
