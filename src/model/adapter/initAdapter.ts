import type * as tf from '@tensorflow/tfjs-core'
import { InputError } from '../../lib/InputError.js'
import { keyedRandom } from '../../lib/keyedRandom.js'
import { makeVariable } from '../makeVariable.js'
import type { Model } from '../Model.js'
import { ADAPTER_TARGETS, type Adapter, type AdapterTarget, type LoraPair } from './Adapter.js'
import { adapterModules } from './adapterModules.js'
import { makeAdapter } from './makeAdapter.js'

/**
 * A fresh adapter: A uniform in ±1/√in (PEFT's Kaiming uniform with a = √5), B zero, so that it changes nothing yet.
 * Keyed by seed and module name.
 *
 * @throws InputError for a target that is no linear layer of these decoders, or a rank or alpha out of range
 */
export function initAdapter(
  model: Pick<Model, 'config' | 'directory'>,
  settings: { rank: number; alpha: number; targets: readonly string[]; useRslora?: boolean },
  seed: number,
): Adapter {
  const { rank, alpha, useRslora = false } = settings
  if (!Number.isSafeInteger(rank) || rank < 1) throw new InputError(`adapter.rank: found ${rank}; it takes 1 or more.`)
  if (!(alpha > 0)) throw new InputError(`adapter.alpha: found ${alpha}; it must be above 0.`)
  const targets = requireTargets(settings.targets)
  const weights = new Map<string, LoraPair>()
  for (const { name, inputs, outputs } of adapterModules(model.config, targets)) {
    const random = keyedRandom(seed, 'lora', name)
    const bound = 1 / Math.sqrt(inputs)
    const a = new Float32Array(rank * inputs).map(() => (2 * random.uniform() - 1) * bound)
    weights.set(name, {
      a: makeVariable(a, [rank, inputs]) as tf.Variable<tf.Rank.R2>,
      b: makeVariable(new Float32Array(outputs * rank), [outputs, rank]) as tf.Variable<tf.Rank.R2>,
    })
  }
  return makeAdapter({ rank, alpha, useRslora, targets, baseModel: model.directory }, weights)
}

function requireTargets(targets: readonly string[]): AdapterTarget[] {
  const unknown = targets.filter((target) => !ADAPTER_TARGETS.includes(target as AdapterTarget))
  if (unknown.length > 0 || targets.length === 0)
    throw new InputError(
      `adapter.targets: found ${unknown.join(', ') || 'none'}; allowed are ${ADAPTER_TARGETS.join(', ')}.`,
    )
  return ADAPTER_TARGETS.filter((target) => targets.includes(target))
}
