import { InputError } from '../../lib/InputError.js'
import type { AdapterTarget } from '../../model/adapter/Adapter.js'
import { initAdapter } from '../../model/adapter/initAdapter.js'
import { loadAdapter } from '../../model/adapter/loadAdapter.js'
import { initModel } from '../../model/initModel.js'
import { loadModel } from '../../model/loadModel.js'
import type { Model } from '../../model/Model.js'
import { parseModelConfig } from '../../model/parseModelConfig.js'
import type { LocalEngineOptions } from './LocalEngineOptions.js'
import type { Weights } from './Weights.js'

/** Loads or makes the model, and loads or makes the adapter on it. The tf backend must be set up before. */
export async function loadWeights(options: LocalEngineOptions): Promise<Weights> {
  const model = await modelOf(options)
  if (options.adapter.type === 'full') return { model, adapter: null }
  try {
    const { initFrom, ...settings } = options.adapter
    const adapter = initFrom
      ? await loadAdapter(initFrom, model, { ...settings, targets: settings.targets as AdapterTarget[] })
      : initAdapter(model, settings, options.seed)
    return { model, adapter }
  } catch (error) {
    model.dispose()
    throw error
  }
}

async function modelOf({ modelPath, init, seed }: LocalEngineOptions): Promise<Model> {
  if (modelPath !== undefined) return loadModel(modelPath)
  if (!init) throw new InputError('the engine needs modelPath (a Hugging Face directory) or init (a config)')
  const model = initModel(parseModelConfig(init.config, 'model.init'), seed)
  return { ...model, directory: init.tokenizerDir ?? null }
}
