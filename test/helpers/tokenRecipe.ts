import { join } from 'node:path'
import { packageRoot } from '../../src/lib/packageRoot.js'

/** Files of a recipe that trains a tiny model on eleven sequences of tokens, in seconds; its runs go to `runs` beside it. */
export function tokenRecipe(options: { steps: number; stages?: string; more?: string }): Record<string, string> {
  const line = (i: number) => Array.from({ length: 12 }, (_, t) => 3 + ((i * 31 + t * 7) % 300))
  const lines = Array.from({ length: 11 }, (_, i) => JSON.stringify({ input_ids: line(i), labels: line(i) }) + '\n')
  return {
    'ids.jsonl': lines.join(''),
    'recipe.yaml': `version: 1
name: tiny
seed: 3
output: runs
model: {path: ${join(packageRoot(), 'test/golden/tiny-qwen3')}}
engine: {threads: 1}
data: {ids: {type: tokens, path: ids.jsonl}}
stages:
  - {type: sft, name: sft, train: [ids], steps: ${options.steps}, batchSize: 3, optimizer: {learningRate: 1.0e-3}}
${options.stages ?? ''}checkpoint: {everySteps: 100, everyMinutes: null, keepLast: 1}
${options.more ?? ''}`,
  }
}
