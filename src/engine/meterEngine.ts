import { sum } from '../lib/sum.js'
import type { Engine, EngineCapabilities, TrainGroup } from './Engine.js'

/** An engine whose work is counted. */
export interface MeteredEngine {
  readonly engine: Engine
  /** Floating-point operations asked of it so far. */
  flops(): number
}

/**
 * Counts the float operations that an engine's calls need, by the usual rule (Kaplan et al. 2020, §2.1): two for each
 * weight and token forward; backward again two for the activations, and two for each weight that is trained. Tokens count as
 * they are run, a shared prompt once; the output head counts for tokens whose log p is asked for alone; attention's own
 * products, small at these lengths, are left out.
 */
export function meterEngine(engine: Engine): MeteredEngine {
  let flops = 0
  const { forward, backward } = costs(engine.capabilities())
  const metered: Partial<Engine> = {
    async sample(prompts, params) {
      const completions = await engine.sample(prompts, params)
      const distinct = new Map(prompts.map(({ tokens }) => [tokens.join(), tokens.length]))
      const sampled = sum(completions.flat().map(({ tokens }) => tokens.length))
      flops += forward(sum([...distinct.values()]) + sampled, sampled)
      return completions
    },
    async logprobs(sequences, options) {
      const tokens = sum(sequences.map(({ length }) => length))
      flops += forward(tokens, tokens - sequences.length)
      return engine.logprobs(sequences, options)
    },
    async groupLogprobs(groups, options, signal) {
      flops += forward(sum(groups.map(tokensOf)), sum(groups.map(completionTokensOf)))
      return engine.groupLogprobs(groups, options, signal)
    },
    async forward(groups, loss, signal) {
      const stats = await engine.forward(groups, loss, signal)
      flops += forward(stats.tokens, stats.lossTokens)
      return stats
    },
    async forwardBackward(groups, loss, signal) {
      const stats = await engine.forwardBackward(groups, loss, signal)
      flops += forward(stats.tokens, stats.lossTokens) + backward(stats.tokens, stats.lossTokens)
      return stats
    },
  }
  return { engine: { ...engine, ...metered }, flops: () => flops }
}

/** Float operations of a pass over so many tokens, of which so many are scored. */
function costs({ parameters, trainableParameters, productParameters }: EngineCapabilities) {
  const { body, head } = productParameters ?? { body: parameters, head: 0 }
  const trained = trainableParameters < parameters ? { body: trainableParameters, head: 0 } : { body, head }
  const forward = (tokens: number, scored: number) => 2 * (body * tokens + head * scored)
  const backward = (tokens: number, scored: number) =>
    forward(tokens, scored) + 2 * (trained.body * tokens + trained.head * scored)
  return { forward, backward }
}

const completionTokensOf = ({ completions }: TrainGroup): number => sum(completions.map(({ tokens }) => tokens.length))

const tokensOf = (group: TrainGroup): number => group.prompt.length + completionTokensOf(group)
