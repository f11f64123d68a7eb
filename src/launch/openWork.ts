import { unlessAborted } from '../lib/unlessAborted.js'
import { meterEngine } from '../engine/meterEngine.js'
import type { Recipe } from '../recipe/Recipe.js'
import type { DataSources } from './DataSources.js'
import { engineDeviations } from './engineDeviations.js'
import { modelIdentity } from '../model/modelIdentity.js'
import { openData } from './openData.js'
import { openModel, type OpenModel } from './openModel.js'
import type { PreparedStage } from './PreparedStage.js'
import { prepareStages } from './prepareStages.js'
import { renderOptions } from './renderOptions.js'
import type { RunReporter } from './RunReporter.js'
import type { StageContext } from './StageContext.js'

/** Everything a recipe names, open and checked; nothing is written yet. */
export interface OpenWork {
  /** Its engine's work is counted. */
  readonly model: OpenModel
  /** Float operations asked of the engine so far. */
  readonly flops: () => number
  readonly modelIdentity: { readonly path: string; readonly sha256: string }
  readonly data: DataSources
  readonly context: StageContext
  readonly stages: readonly PreparedStage[]
  close(): Promise<void>
}

export interface OpenWorkOptions extends Pick<StageContext, 'onRollouts' | 'verdicts'> {
  /** Opening stops between two parts of it once this is aborted. */
  readonly signal?: AbortSignal
}

/** Opens data, model, verifier and stages of a recipe. */
export async function openWork(
  recipe: Recipe,
  reporter: RunReporter,
  { onRollouts, verdicts, signal }: OpenWorkOptions,
): Promise<OpenWork> {
  reporter.progress('reading data')
  const data = await openData(recipe, reporter)
  signal?.throwIfAborted()
  for (const deviation of engineDeviations(recipe)) reporter.say(deviation)
  reporter.progress('loading the model')
  const opening = openModel(recipe, (message) => reporter.warn(message))
  const opened = await unlessAborted(opening, signal).catch((error: unknown) => {
    void opening.then((late) => late.engine.close()).catch(() => {})
    throw error
  })
  const { engine, flops } = meterEngine(opened.engine)
  const model = { ...opened, engine }
  const closers: (() => Promise<void>)[] = [() => model.engine.close()]
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer()
  }
  try {
    const maxLength = recipe.model.maxLength ?? Math.min(2048, model.engine.capabilities().maxLength)
    const render = await renderOptions(recipe)
    const context: StageContext = {
      recipe,
      model,
      data,
      render,
      maxLength,
      reporter,
      onRollouts,
      verdicts,
      signal,
      onClose: (c) => closers.push(c),
    }
    const stages = await prepareStages(recipe, context)
    return { model, flops, modelIdentity: await modelIdentity(model.directory), data, context, stages, close }
  } catch (error) {
    await close()
    throw error
  }
}
