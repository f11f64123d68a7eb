import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { sha256File } from '../lib/sha256File.js'
import type { Recipe } from '../recipe/Recipe.js'
import type { DataSources } from './DataSources.js'
import { judgeFiles } from './judgeFiles.js'

/**
 * The files that shape a run beside its data and its model: recorded rollouts, distilled reasoning, an adapter to begin
 * from, a tokenizer of its own, modules (rewards, an engine), judges. `examples`: lines, for those that have them.
 */
export async function otherInputs(recipe: Recipe): Promise<DataSources['files']> {
  const { model, engine, prompt, rewards, stages } = recipe
  const lists = stages.flatMap((stage) =>
    stage.type === 'grpo' && stage.rollouts.type === 'replay' ? [stage.rollouts.path] : [],
  )
  if (prompt.reasoning.type === 'field') lists.push(prompt.reasoning.path)
  const others: string[] = []
  if (model.adapter.type === 'lora' && model.adapter.initFrom !== undefined) {
    others.push(...filesAt(model.adapter.initFrom, /^adapter_/))
  }
  for (const term of rewards.terms) if (term.type === 'module') others.push(term.path)
  if (engine.type === 'module') others.push(engine.path)
  if (model.tokenizer !== undefined) others.push(...filesAt(model.tokenizer, /^(tokenizer|chat_template)/))
  others.push(...(await judgeFiles(recipe)))
  const describe = async (path: string, examples: number) => ({ path, sha256: await sha256File(path), examples })
  return Promise.all([
    ...[...new Set(lists)].filter(existsSync).map((path) => describe(path, linesIn(path))),
    ...[...new Set(others)].filter(existsSync).map((path) => describe(path, 0)),
  ])
}

/** A file as it is; of a directory, the files whose names fit. */
function filesAt(path: string, names: RegExp): string[] {
  if (!existsSync(path) || !statSync(path).isDirectory()) return [path]
  const found = readdirSync(path).filter((name) => names.test(name))
  return found.sort().map((name) => join(path, name))
}

function linesIn(path: string): number {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '').length
}
