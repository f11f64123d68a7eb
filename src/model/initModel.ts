import { zeroFloats } from '../ops/zeroFloats.js'
import type * as tf from '@tensorflow/tfjs-core'
import { keyedRandom } from '../lib/keyedRandom.js'
import { makeModel } from './makeModel.js'
import { makeVariable } from './makeVariable.js'
import type { Model } from './Model.js'
import type { ModelConfig } from './ModelConfig.js'
import { positionalBias } from './positionalBias.js'
import { modelTensors, type TensorSpec } from './modelTensors.js'

/**
 * A model with fresh weights: N(0, initializerRange²) for embeddings and linear layers, those that write into the residual stream
 * (o_proj, down_proj) divided by √(2·layers) as in GPT-2; norms 1, biases 0, but for positionalBias where the config asks for
 * it (`initializer_positional_bias`). Keyed by seed and parameter name.
 */
export function initModel(config: ModelConfig, seed: number): Model {
  const parameters = new Map<string, tf.Variable>()
  for (const spec of modelTensors(config))
    parameters.set(spec.name, makeVariable(freshValues(spec, config, seed), spec.shape))
  return makeModel(config, parameters, null)
}

function freshValues({ name, shape, kind }: TensorSpec, config: ModelConfig, seed: number): Float32Array {
  const values = zeroFloats(shape.reduce((size, n) => size * n, 1))
  if (kind === 'norm') return values.fill(1)
  if (kind === 'bias') return freshBias(name, config) ?? values
  const isResidual = name.endsWith('.o_proj.weight') || name.endsWith('.down_proj.weight')
  const deviation = config.initializerRange / (isResidual ? Math.sqrt(2 * config.layers) : 1)
  const random = keyedRandom(seed, 'init', name)
  return values.map(() => random.normal() * deviation)
}

function freshBias(name: string, config: ModelConfig): Float32Array | undefined {
  const projection = /^model\.layers\.0\.self_attn\.([qk])_proj/.exec(name)?.[1]
  if (projection === undefined || config.initializerPositionalBias === 0) return undefined
  return positionalBias(projection as 'q' | 'k', config, config.initializerPositionalBias)
}
