import { sum } from '../../lib/sum.js'
import { activationBytesPerToken } from '../../model/activationBytesPerToken.js'
import { backwardBytesPerToken } from '../../model/backwardBytesPerToken.js'
import { keepsHalfMlp } from '../../model/keepsHalfMlp.js'
import { layerBytesPerToken } from '../../model/layerBytesPerToken.js'
import { modelTensors } from '../../model/modelTensors.js'
import { memoryUsage } from '../../ops/memoryUsage.js'
import type { EngineMemory } from '../EngineMemory.js'
import type { LocalEngineOptions } from './LocalEngineOptions.js'
import type { TrainableParameter } from './TrainableParameter.js'
import { waveLimits } from './waveLimits.js'
import type { Weights } from './Weights.js'

const FLOAT = 4
/** A chunk of logits, as tokenLogprobs cuts them. */
const LOGITS = 2 ** 25
/** What kernels keep for themselves from call to call. */
const SCRATCH = 2 ** 23

/** What this engine's tensors will take, from its model's shape. */
export function engineMemory(
  { model, adapter }: Weights,
  parameters: readonly TrainableParameter[],
  dtype: 'float32' | 'bfloat16',
  { recompute = 'auto', kvCacheMiB }: Pick<LocalEngineOptions, 'recompute' | 'kvCacheMiB'>,
): EngineMemory {
  const { config } = model
  const products = sum(
    modelTensors(config).filter(({ kind }) => kind === 'linear').map(({ shape }) => shape[0] * shape[1]), // prettier-ignore
  )
  const table = config.vocabSize * config.hiddenSize
  const perTokenKv = FLOAT * config.layers * 2 * config.kvHeads * config.headDim
  const limits = waveLimits(config, kvCacheMiB)
  const usage = memoryUsage()
  const packed = (dtype === 'bfloat16' ? FLOAT / 2 : FLOAT) * (products + table)
  const trained = FLOAT * sum(parameters.map(({ value }) => value.size))
  return {
    packed,
    packedInTraining: adapter ? packed : 0,
    trained,
    // Beside an adapter's reference there is no other model.
    reference: trained + (adapter ? 0 : packed),
    // Packed for dy·W; where it is trained also packed for x·Wᵀ.
    head: FLOAT * table * (adapter ? 1 : 2) + SCRATCH,
    headGradient: adapter ? 0 : FLOAT * table,
    perTokenLogits: FLOAT * config.vocabSize,
    logits: LOGITS,
    perToken: activationBytesPerToken(config, { halfMlp: keepsHalfMlp(model, adapter) }),
    perTokenRecomputed: activationBytesPerToken(config, { recompute: true }),
    perTokenBackward: backwardBytesPerToken(config, { plain: adapter === null, half: dtype === 'bfloat16' }),
    recompute,
    kvCache: limits.cacheTokens * perTokenKv,
    perTokenKv,
    perTokenPrefill: layerBytesPerToken(config),
    prefill: limits.prefillTokens * layerBytesPerToken(config),
    budget: usage?.budgetBytes ?? Infinity,
    used: usage?.usedBytes ?? 0,
  }
}
