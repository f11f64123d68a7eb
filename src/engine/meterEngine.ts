import { sum } from '../lib/sum.js'
import type { Engine, TrainGroup } from './Engine.js'

/** An engine whose work is counted. */
export interface MeteredEngine {
  readonly engine: Engine
  /** Floating-point operations asked of it so far. */
  flops(): number
}

/**
 * Counts the float operations that an engine's calls need, by the usual rule (Kaplan et al. 2020, §2.1): two for each
 * weight and token forward; backward again two for the activations, and two for each weight that is trained. Tokens count as
 * they are run, a shared prompt once; attention's own products, small at these lengths, are left out.
 */
export function meterEngine(engine: Engine): MeteredEngine {
  let flops = 0
  const { parameters, trainableParameters } = engine.capabilities()
  const forward = 2 * parameters
  const backward = 2 * parameters + 2 * trainableParameters
  const metered: Partial<Engine> = {
    async sample(prompts, params) {
      const completions = await engine.sample(prompts, params)
      const distinct = new Map(prompts.map(({ tokens }) => [tokens.join(), tokens.length]))
      flops += forward * (sum([...distinct.values()]) + sum(completions.flat().map(({ tokens }) => tokens.length)))
      return completions
    },
    async logprobs(sequences, options) {
      flops += forward * sum(sequences.map(({ length }) => length))
      return engine.logprobs(sequences, options)
    },
    async groupLogprobs(groups, options, signal) {
      flops += forward * sum(groups.map(tokensOf))
      return engine.groupLogprobs(groups, options, signal)
    },
    async forward(groups, loss, signal) {
      const stats = await engine.forward(groups, loss, signal)
      flops += forward * stats.tokens
      return stats
    },
    async forwardBackward(groups, loss, signal) {
      const stats = await engine.forwardBackward(groups, loss, signal)
      flops += (forward + backward) * stats.tokens
      return stats
    },
  }
  return { engine: { ...engine, ...metered }, flops: () => flops }
}

function tokensOf({ prompt, completions }: TrainGroup): number {
  return prompt.length + sum(completions.map(({ tokens }) => tokens.length))
}
