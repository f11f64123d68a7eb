import type { ModelConfig } from '../ModelConfig.js'
import { modelTensors } from '../modelTensors.js'
import type { AdapterTarget } from './Adapter.js'

/** A linear layer that carries a pair. */
export interface AdapterModule {
  /** E.g. model.layers.0.self_attn.q_proj. */
  readonly name: string
  readonly target: AdapterTarget
  readonly inputs: number
  readonly outputs: number
}

/** The linear layers of a model whose names end in one of the targets, in the order of the forward pass. */
export function adapterModules(config: ModelConfig, targets: readonly AdapterTarget[]): AdapterModule[] {
  return modelTensors(config)
    .filter((spec) => spec.kind === 'linear')
    .map(({ name, shape }) => {
      const module = name.slice(0, -'.weight'.length)
      const target = module.slice(module.lastIndexOf('.') + 1) as AdapterTarget
      return { name: module, target, inputs: shape[1], outputs: shape[0] }
    })
    .filter(({ target }) => targets.includes(target))
}
