import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { RunDirectory } from '../../checkpoint/RunDirectory.js'
import { canonicalStepLog } from '../../metrics/canonicalStepLog.js'
import { deterministicFields } from '../../metrics/deterministicFields.js'
import { readStepLog } from '../../metrics/readStepLog.js'
import type { Recipe } from '../../recipe/Recipe.js'
import { evaluationsIn } from '../evaluationsIn.js'
import { modelIdentity } from '../../model/modelIdentity.js'
import { readRunRecipe } from '../readRunRecipe.js'
import type { Receipt } from './Receipt.js'

/** The receipt of a run as it lies on disk now: what it says went in, and the hashes of what came out. */
export async function makeReceipt(run: RunDirectory): Promise<Receipt> {
  const recipe = readRunRecipe(run)
  const status = run.readStatus()!
  const lines = canonicalStepLog(readStepLog(run.stepLogPath).lines)
  return {
    schema: 'fintune.receipt/1',
    run: recipe.name,
    status: status.status,
    attempts: status.attempt,
    in: {
      recipe: sha256(run.readRecipe()),
      ...(status.code === undefined ? {} : { code: status.code }),
      versions: status.versions,
      model: status.model,
      data: status.data,
      seeds: seedsOf(recipe),
      ...(status.verifier === undefined ? {} : { verifier: status.verifier }),
    },
    out: {
      steps: lines.length,
      stepLog: sha256(lines.map((line) => JSON.stringify(sorted(deterministicFields(line))) + '\n').join('')),
      models: await modelsOf(run, recipe),
      evaluations: evaluationsOf(run, recipe),
    },
  }
}

function seedsOf({ seed, data }: Recipe): Record<string, number> {
  const seeds: Record<string, number> = { run: seed }
  for (const [name, source] of Object.entries(data)) if ('seed' in source) seeds[`data.${name}`] = source.seed
  return seeds
}

async function modelsOf(run: RunDirectory, { stages }: Recipe): Promise<Receipt['out']['models']> {
  const found = []
  for (const { name } of stages) {
    const path = join(name, 'model')
    if (!existsSync(join(run.path, path))) continue
    found.push({ path, sha256: (await modelIdentity(join(run.path, path))).sha256 })
  }
  return found
}

function evaluationsOf(run: RunDirectory, recipe: Recipe): Receipt['out']['evaluations'] {
  return evaluationsIn(run.path, recipe).map(({ path, text, result: { n, execution_accuracy } }) => {
    return { path, sha256: sha256(text), n, execution_accuracy }
  })
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** With its metrics in the order of their names: a later version may write them in another one. */
function sorted(fields: Record<string, unknown>): object {
  const metrics = Object.entries(fields['metrics'] as Record<string, number>).sort(([a], [b]) => (a < b ? -1 : 1))
  return { ...fields, metrics: Object.fromEntries(metrics) }
}
