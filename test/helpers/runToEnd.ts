import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadRecipe } from '../../src/recipe/loadRecipe.js'
import { runRecipe } from '../../src/launch/runRecipe.js'
import type { RunReporter } from '../../src/launch/RunReporter.js'
import type { StepLogLine } from '../../src/metrics/StepLogLine.js'

/** A reporter that says nothing. */
export const silentReporter: RunReporter = {
  say: () => {},
  warn: () => {},
  progress: () => {},
  step: () => {},
  evaluated: () => {},
}

/** Runs a recipe file in this process and reads its step log. */
export async function runToEnd(
  file: string,
  options: { set?: string[]; resume?: 'never' | 'auto' | 'must'; maxSteps?: number } = {},
) {
  const recipe = await loadRecipe(file, { set: options.set })
  const outcome = await runRecipe(recipe, {
    resume: options.resume ?? 'never',
    maxSteps: options.maxSteps,
    reporter: silentReporter,
    signal: new AbortController().signal,
  })
  return { outcome, lines: readLines(outcome.directory) }
}

export function readLines(directory: string): StepLogLine[] {
  const text = readFileSync(join(directory, 'steps.jsonl'), 'utf8')
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as StepLogLine)
}
