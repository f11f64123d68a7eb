import { existsSync, readdirSync } from 'node:fs'
import { copyFile, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { replaceDirectory } from '../../checkpoint/replaceDirectory.js'
import { disk } from '../../lib/disk.js'
import { InputError } from '../../lib/InputError.js'
import { writeFileAtomic } from '../../lib/writeFileAtomic.js'
import { loadAdapter } from '../../model/adapter/loadAdapter.js'
import { mergeAdapter } from '../../model/adapter/mergeAdapter.js'
import { COMPANION_FILES } from '../../model/companionFiles.js'
import { loadModel } from '../../model/loadModel.js'
import { saveModel } from '../../model/saveModel.js'
import { initBackend } from '../../ops/initBackend.js'
import type { Recipe } from '../../recipe/Recipe.js'
import { modelIdentity } from '../../model/modelIdentity.js'
import { openModel } from '../openModel.js'
import { readRunRecipe } from '../readRunRecipe.js'
import { chooseCheckpoint } from './chooseCheckpoint.js'
import type { ExportOptions } from './ExportOptions.js'
import { modelCard } from './modelCard.js'
import { readScores } from './readScores.js'

/**
 * Writes a run's weights for others to load, with a model card: a merged Hugging Face directory (Transformers, vLLM) or a
 * PEFT adapter. Written whole or not at all.
 *
 * @returns the checkpoint it was made from
 * @throws InputError where `to` is taken, the base model is not what the run began from, or there is no adapter to export
 */
export async function exportRun(options: ExportOptions): Promise<string> {
  const { run, to, as, reporter } = options
  if (existsSync(to) && readdirSync(to).length > 0) {
    throw new InputError(`--to ${to}: there are files in it; name a new or an empty directory`)
  }
  const recipe = readRunRecipe(run)
  const isLora = recipe.model.adapter.type === 'lora'
  if (as === 'adapter' && !isLora) {
    throw new InputError(`${run.path} trained all weights, so there is no adapter; leave out  --as adapter`)
  }
  const { directory, manifest } = await chooseCheckpoint(run, recipe, options.checkpoint, (m) => reporter.warn(m))
  const place = resolve(to)
  const temporary = `${place}.${process.pid}.tmp`
  await rm(temporary, { recursive: true, force: true })
  await disk.makeDirectory(temporary)
  try {
    const base = await saveCheckpointWeights(recipe, directory, manifest.inputs.model, temporary)
    if (as === 'merged' && isLora && base !== null) await mergeInto(temporary, base, recipe, options.dtype)
    if (!isLora && options.dtype !== 'float32') await convert(temporary, recipe, options.dtype)
    await copyTokenizer(recipe.model.tokenizer ?? base, temporary)
    const card = modelCard({ recipe, manifest, as, scores: await readScores(run), directory })
    await writeFileAtomic(join(temporary, 'README.md'), card)
    await rm(place, { recursive: true, force: true })
    await replaceDirectory(temporary, place)
    await disk.syncPath(dirname(place))
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
  return directory
}

/** What the engine saves: a whole model, or the adapter. @returns the base model's directory; null for a fresh one */
async function saveCheckpointWeights(
  recipe: Recipe,
  checkpoint: string,
  base: { readonly path: string; readonly sha256: string },
  to: string,
): Promise<string | null> {
  const { engine, directory } = await openModel(recipe)
  try {
    const found = await modelIdentity(directory)
    if (found.sha256 !== base.sha256) {
      throw new InputError(
        `${found.path} is not the model that the run began from: its weights have changed. Put it back.`,
      )
    }
    await engine.loadState(checkpoint)
    await engine.saveWeights(to)
    return directory
  } finally {
    await engine.close()
  }
}

/** Replaces the adapter in a directory by the base model with it added in. */
async function mergeInto(
  directory: string,
  base: string,
  { engine }: Recipe,
  dtype: ExportOptions['dtype'],
): Promise<void> {
  await initBackend(backendOf(engine))
  const model = await loadModel(base)
  try {
    const adapter = await loadAdapter(directory, model)
    mergeAdapter(model, adapter)
    adapter.dispose()
    for (const name of readdirSync(directory)) await rm(join(directory, name), { recursive: true })
    await saveModel(model, directory, { dtype })
  } finally {
    model.dispose()
  }
}

/** Writes a whole model's weights again, as another dtype. */
async function convert(directory: string, { engine }: Recipe, dtype: ExportOptions['dtype']): Promise<void> {
  await initBackend(backendOf(engine))
  const model = await loadModel(directory)
  try {
    await saveModel(model, directory, { dtype })
  } finally {
    model.dispose()
  }
}

const backendOf = (engine: Recipe['engine']) =>
  engine.type === 'local' ? engine : ({ backend: 'auto', threads: 'auto' } as const)

/** The tokenizer and chat template that the run used belong to what it made. */
async function copyTokenizer(from: string | null, to: string): Promise<void> {
  if (from === null) return
  for (const name of COMPANION_FILES) {
    if (existsSync(join(from, name)) && !existsSync(join(to, name))) await copyFile(join(from, name), join(to, name))
  }
}
