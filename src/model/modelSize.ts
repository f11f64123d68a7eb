import { sum } from '../lib/sum.js'
import { ADAPTER_TARGETS, type AdapterTarget } from './adapter/Adapter.js'
import { adapterModules } from './adapter/adapterModules.js'
import { countParameters } from './countParameters.js'
import type { ModelConfig } from './ModelConfig.js'
import { modelTensors } from './modelTensors.js'

/** What a model takes, from its config alone. */
export interface ModelSize {
  /** Of the base model. */
  readonly parameters: number
  readonly adapterParameters: number
  readonly trainableParameters: number
  /** Float32 weights of base and adapter. */
  readonly weightBytes: number
  /** Gradients and AdamW's two moments of what is trained, float32. */
  readonly optimizerBytes: number
  /** The frozen copy of what is trained that KL is measured against (needed when beta is not 0). */
  readonly referenceBytes: number
  /** Keys and values of one token. */
  readonly kvCacheBytesPerToken: number
  /** A saved checkpoint with its optimizer state: what is trained and its two moments, float32. */
  readonly checkpointBytes: number
}

const FLOAT_BYTES = 4

/** Counts parameters and bytes of a training run before anything is loaded; `adapter` null: every weight is trained. */
export function modelSize(
  config: ModelConfig,
  adapter: { rank: number; targets: readonly string[] } | null = null,
): ModelSize {
  const parameters = countParameters(modelTensors(config))
  const targets = ADAPTER_TARGETS.filter((target: AdapterTarget) => adapter?.targets.includes(target))
  const adapterParameters = sum(
    adapterModules(config, targets).map(({ inputs, outputs }) => (inputs + outputs) * (adapter?.rank ?? 0)),
  )
  const trainableParameters = adapter ? adapterParameters : parameters
  return {
    parameters,
    adapterParameters,
    trainableParameters,
    weightBytes: (parameters + adapterParameters) * FLOAT_BYTES,
    optimizerBytes: trainableParameters * 3 * FLOAT_BYTES,
    referenceBytes: trainableParameters * FLOAT_BYTES,
    kvCacheBytesPerToken: config.layers * 2 * config.kvHeads * config.headDim * FLOAT_BYTES,
    checkpointBytes: trainableParameters * 3 * FLOAT_BYTES,
  }
}
