import { setImmediate } from 'node:timers/promises'
import { FintuneError } from '../../lib/FintuneError.js'
import { InputError } from '../../lib/InputError.js'
import { makeVariable } from '../../model/makeVariable.js'
import { productParameters } from '../../model/productParameters.js'
import { saveAdapter } from '../../model/adapter/saveAdapter.js'
import { saveModel } from '../../model/saveModel.js'
import { measurePeakFlops } from '../../ops/measurePeakFlops.js'
import { initBackend } from '../../ops/initBackend.js'
import { useDtype } from '../../ops/useDtype.js'
import type { ModelConfig } from '../../model/ModelConfig.js'
import type { Engine, EngineCapabilities, LossStats, TrainGroup } from '../Engine.js'
import { splitMicroBatches } from '../splitMicroBatches.js'
import { checkTrainGroups } from './checkTrainGroups.js'
import { copyWeights } from './copyWeights.js'
import { createContinuousSampler } from './createContinuousSampler.js'
import { createOptimizer } from './createOptimizer.js'
import { engineMemory } from './engineMemory.js'
import { readEngineState, writeEngineState } from './engineState.js'
import { forwardGroups } from './forwardGroups.js'
import { groupsLoss } from './groupsLoss.js'
import type { LocalEngine } from './LocalEngine.js'
import type { LocalEngineOptions } from './LocalEngineOptions.js'
import { loadWeights } from './loadWeights.js'
import { parameterNorms } from './parameterNorms.js'
import { sampleCompletions } from './sampleCompletions.js'
import { trainableParameters } from './trainableParameters.js'
import { trainGroups } from './trainGroups.js'
import type { Weights } from './Weights.js'

/** Tokens of one pass where only log p is asked for. */
const LOGPROB_TOKENS = 8192

/**
 * An engine on this machine's tf backend: full fine-tuning or LoRA, sampling from the same weights.
 * Its calls are to be made one after the other.
 *
 * @throws InputError for a backend that cannot be used, model or adapter files that are wrong, or a maxLength past what
 * the model was made for
 */
export async function createLocalEngine(options: LocalEngineOptions): Promise<LocalEngine> {
  const backend = await initBackend({ backend: options.backend, threads: options.threads })
  const policy = await loadWeights(options)
  const { config } = policy.model
  const maxLength = checkedMaxLength(options.maxLength, config.maxPositions)
  const parameters = trainableParameters(policy)
  const optimizer = createOptimizer(parameters)
  const limits = { vocabSize: config.vocabSize, maxLength }
  const dtype = useDtype(options.dtype ?? 'float32', gainsFromHalf(config))
  const sampler = { weights: policy, maxLength, decode: options.decode, kvCacheMiB: options.kvCacheMiB }
  /** Another engine of this thread may compute otherwise. */
  const enter = () => useDtype(dtype, false)
  /** Lets the event loop have its turn before a long stretch of work. */
  const yielded = async (signal?: AbortSignal) => {
    await setImmediate()
    signal?.throwIfAborted()
    enter()
  }
  let reference: (Weights & { dispose(): void }) | null = null

  const weightsOf = (which: 'policy' | 'reference'): Weights => {
    if (which === 'policy') return policy
    if (!reference) throw new FintuneError('there is no reference yet: setReference() freezes the policy as it is')
    return reference
  }
  const groupLogprobs: Engine['groupLogprobs'] = async (groups, { weights, temperature }, signal) => {
    checkTrainGroups(groups, limits)
    const found: number[][] = []
    for (const batch of splitMicroBatches(groups, LOGPROB_TOKENS)) {
      await yielded(signal)
      const { measured } = forwardGroups(weightsOf(weights), batch, temperature)
      found.push(...measured.flat().map(({ logprobs }) => Array.from(logprobs)))
    }
    return groups.map(({ completions }) => found.splice(0, completions.length))
  }

  return {
    capabilities: (): EngineCapabilities => ({
      type: 'local',
      backend: backend.name,
      kernels: backend.kernels,
      threads: backend.threads,
      dtype,
      maxLength,
      vocabSize: config.vocabSize,
      parameters: sizeOf(policy.model.parameters.values()),
      trainableParameters: sizeOf(parameters.map(({ value }) => value)),
      productParameters: productParameters(config),
      memory: engineMemory(policy, parameters, dtype, options),
    }),
    sample: (prompts, params) => {
      enter()
      return sampleCompletions(sampler, prompts, params)
    },
    createSampler: () => createContinuousSampler(sampler),
    groupLogprobs,
    async logprobs(sequences, settings) {
      const groups: TrainGroup[] = sequences.map((tokens) => ({ prompt: [], completions: [{ tokens }] }))
      return (await groupLogprobs(groups, settings, settings.signal)).map(([values]) => values.slice(1))
    },
    async forwardBackward(groups, loss, signal) {
      checkTrainGroups(groups, limits)
      await yielded(signal)
      let stats: LossStats | null = null
      optimizer.accumulate(() => {
        const trained = trainGroups(policy, parameters, groups, loss, options.recompute ?? 'auto')
        stats = trained.stats
        return trained.gradients
      })
      return stats!
    },
    async forward(groups, loss, signal) {
      checkTrainGroups(groups, limits)
      await yielded(signal)
      const { measured, tokens } = forwardGroups(policy, groups, loss.type === 'policy' ? loss.temperature : 1)
      return { ...groupsLoss(groups, measured, loss).stats, tokens }
    },
    async optimStep(params) {
      await yielded()
      return optimizer.update(params)
    },
    dropGradients: async () => optimizer.dropGradients(),
    async setReference() {
      reference?.dispose()
      reference = copyWeights(policy)
    },
    resetOptimizer: async () => optimizer.reset(),
    syncSampler: async () => {}, // sampling reads the trained variables themselves
    saveState: (directory, saveOptions) =>
      writeEngineState(
        directory,
        {
          step: optimizer.step,
          parameters,
          moments: optimizer.moments,
          reference: reference ? trainableParameters(reference) : [],
        },
        saveOptions,
      ),
    async loadState(directory) {
      const state = await readEngineState(directory, parameters)
      setValues(policy, state.weights)
      optimizer.dropGradients()
      optimizer.restore(state.step, state.moments)
      reference?.dispose()
      reference = state.reference.size > 0 ? copyWeights(policy) : null
      if (reference) setValues(reference, state.reference)
    },
    saveWeights: (directory) =>
      policy.adapter
        ? saveAdapter(policy.adapter, directory, { baseModel: options.baseModelName })
        : saveModel(policy.model, directory),
    peakFlops: async () => measurePeakFlops(),
    parameterNorms: async () => parameterNorms(parameters),
    async close() {
      reference?.dispose()
      optimizer.dispose()
      policy.adapter?.dispose()
      policy.model.dispose()
    },
  }
}

function checkedMaxLength(wanted: number | undefined, maxPositions: number): number {
  if (wanted === undefined) return maxPositions
  if (wanted >= 1 && wanted <= maxPositions) return wanted
  throw new InputError(
    `model.maxLength: found ${wanted}; this model takes 1 to ${maxPositions} tokens (max_position_embeddings). ` +
      `To use all of it:  --set model.maxLength=${maxPositions}`,
  )
}

/** Small models spend their time elsewhere; and a model that was saved in float32 may be expected to be computed in it. */
function gainsFromHalf({ hiddenSize, raw }: ModelConfig): boolean {
  return hiddenSize >= 512 && [raw['dtype'], raw['torch_dtype']].includes('bfloat16')
}

function sizeOf(variables: Iterable<{ size: number }>): number {
  let size = 0
  for (const variable of variables) size += variable.size
  return size
}

function setValues(weights: Weights, values: ReadonlyMap<string, Float32Array>): void {
  for (const { name, value } of trainableParameters(weights)) {
    const fresh = makeVariable(values.get(name)!, value.shape)
    value.assign(fresh)
    fresh.dispose()
  }
}
