import type { EngineMemory } from '../engine/EngineMemory.js'
import type { Recipe } from '../recipe/Recipe.js'
import type { PreparedStage } from './PreparedStage.js'

/** What the program takes as it runs beside what it has taken when all is open: the JavaScript heap's growth. */
const PROGRAM = 25 * 2 ** 20
/** Idle arrays that are kept for use again (BufferPool): at most this, and about a tenth of what is used. */
const IDLE = 2 ** 28
type TrainStage = Extract<PreparedStage, { type: 'train' }>
type GrpoSpec = Extract<TrainStage['spec'], { type: 'grpo' }>

/** What of a recipe's `checkpoint` says how often one is written. */
type Interval = Pick<Recipe['checkpoint'], 'everySteps' | 'everyMinutes'>

/**
 * The most memory that the run's process will have resident, in bytes. Everything being open, what it has now is known;
 * what the stages add is counted from the model's shape.
 *
 * @param interval of checkpoints, where one copies what is trained; null: training waits for each
 */
export function memoryEstimate(
  residentBytes: number,
  memory: EngineMemory | null,
  stages: readonly PreparedStage[],
  interval: Interval | null,
): number {
  if (!memory) return residentBytes + PROGRAM
  const added = stages.map((stage) =>
    stage.type === 'eval'
      ? withIdle(memory.packed + evaluation(stage, memory))
      : withIdle(training(stage, memory)) + copied(stage, memory, interval),
  )
  return residentBytes + PROGRAM + Math.max(0, ...added)
}

function withIdle(bytes: number): number {
  return bytes + Math.min(IDLE, bytes / 10)
}

/** The copy of weights, moments and reference from which a checkpoint is written while training goes on. */
function copied({ training, needsReference }: TrainStage, memory: EngineMemory, interval: Interval | null): number {
  const amongSteps = interval !== null && (interval.everyMinutes !== null || interval.everySteps < training.totalSteps)
  return amongSteps ? memory.trained * (3 + Number(needsReference)) : 0
}

function training({ spec, training: { tokensPerStep }, ...stage }: TrainStage, memory: EngineMemory): number {
  const held = memory.trained * 2 + (stage.needsReference ? memory.reference : 0)
  const perStep = spec.type === 'grpo' ? sharedTokens(spec, tokensPerStep) : tokensPerStep
  const tokens = Math.min(perStep, spec.microBatchTokens)
  // From the second micro-batch on there are the gradients so far, which those of this pass are added to.
  const earlier = perStep > spec.microBatchTokens ? memory.trained : 0
  const again = recomputes(memory, held + earlier, tokens)
  const kept = tokens * (again ? memory.perTokenRecomputed : memory.perToken)
  // The first pass's gradients come as activations go: the most is at one end of the backward pass or the other.
  const passing = tokens * memory.perTokenBackward + Math.min(memory.logits, tokens * memory.perTokenLogits)
  const pass =
    memory.packedInTraining + Math.max(kept + (earlier || memory.headGradient), memory.trained) + passing + memory.head
  const rolling = spec.type === 'grpo' ? memory.packed + rollouts(spec, tokensPerStep, memory) : 0
  return held + Math.max(pass, rolling)
}

function rollouts(spec: GrpoSpec, tokensPerStep: number, memory: EngineMemory): number {
  if (spec.rollouts.type !== 'sample') return 0
  const tokens = sharedTokens(spec, tokensPerStep) * spec.updatesPerBatch
  const prompt = promptTokens(spec, tokensPerStep)
  return sampling({ tokens, prompt, sequence: prompt + spec.maxCompletionLength }, memory)
}

/** Tokens a GRPO step runs: tokensPerStep counts each completion with its prompt, of which a group has one. */
function sharedTokens(spec: GrpoSpec, tokensPerStep: number): number {
  const sequences = (spec.promptsPerStep * spec.numGenerations) / spec.updatesPerBatch
  return tokensPerStep - promptTokens(spec, tokensPerStep) * (sequences - sequences / spec.numGenerations)
}

/** A prompt's tokens, on average. */
function promptTokens(spec: GrpoSpec, tokensPerStep: number): number {
  const sequences = (spec.promptsPerStep * spec.numGenerations) / spec.updatesPerBatch
  return tokensPerStep / sequences - spec.maxCompletionLength
}

function recomputes(memory: EngineMemory, held: number, tokens: number): boolean {
  if (memory.recompute !== 'auto') return memory.recompute === 'always'
  return tokens * memory.perToken > 0.8 * (memory.budget - memory.used - memory.packedInTraining - held)
}

function evaluation({ evaluations }: Extract<PreparedStage, { type: 'eval' }>, memory: EngineMemory): number {
  const needed = evaluations.map(({ examples, toPrompt, sampling: { maxTokens }, samples }) => {
    const lengths = examples.map((example) => toPrompt(example).tokens.length)
    const prompt = lengths.reduce((most, length) => Math.max(most, length), 0)
    const tokens = lengths.reduce((sum, length) => sum + length + samples * maxTokens, 0)
    return sampling({ tokens, prompt, sequence: prompt + maxTokens }, memory)
  })
  return Math.max(0, ...needed)
}

/** Keys and values of what is sampled at once, and prompts on their way through the model. One sequence always may. */
function sampling(size: { tokens: number; prompt: number; sequence: number }, memory: EngineMemory): number {
  const within = (limit: number, least: number, all: number) => Math.min(all, Math.max(limit, least))
  return (
    within(memory.kvCache, size.sequence * memory.perTokenKv, size.tokens * memory.perTokenKv) +
    within(memory.prefill, size.prompt * memory.perTokenPrefill, size.tokens * memory.perTokenPrefill) +
    memory.logits
  )
}
