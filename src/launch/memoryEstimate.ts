import type { EngineMemory } from '../engine/EngineMemory.js'
import type { PreparedEvaluation, PreparedStage } from './PreparedStage.js'

/** What the program takes as it runs beside what it has taken when all is open: the JavaScript heap's growth. */
const PROGRAM = 40 * 2 ** 20
type TrainStage = Extract<PreparedStage, { type: 'train' }>

/** Logits that tokens are drawn from. */
const LOGITS = 32 * 2 ** 20

/**
 * The most memory that the run's process will have resident, in bytes. Everything being open, what it has now is known;
 * what the stages add is counted from the model's shape.
 */
export function memoryEstimate(
  residentBytes: number,
  memory: EngineMemory | null,
  stages: readonly PreparedStage[],
): number {
  if (!memory) return residentBytes + PROGRAM
  const added = stages.map((stage) => (stage.type === 'eval' ? evaluation(stage, memory) : training(stage, memory)))
  return residentBytes + PROGRAM + memory.packed + Math.max(0, ...added)
}

function training({ spec, training: { tokensPerStep }, ...stage }: TrainStage, memory: EngineMemory): number {
  const held = memory.trained * (2 + Number(stage.needsReference))
  const perStep = spec.type === 'grpo' ? sharedTokens(spec, tokensPerStep) : tokensPerStep
  const tokens = Math.min(perStep, spec.microBatchTokens)
  // From the second micro-batch on there are the gradients so far beside those of this pass.
  const earlier = perStep > spec.microBatchTokens ? memory.trained : 0
  const again = recomputes(memory, held + earlier + memory.trained, tokens)
  const kept = tokens * (again ? memory.perTokenRecomputed : memory.perToken)
  // Gradients come as activations go: the most is at one end of the backward pass or the other.
  const pass = Math.max(kept, memory.trained) + earlier + tokens * memory.perTokenBackward + memory.head
  const sampled = spec.type === 'grpo' && spec.rollouts.type === 'sample' ? perStep * spec.updatesPerBatch : 0
  return held + Math.max(pass, sampling(sampled, memory))
}

/** Tokens a GRPO step runs: tokensPerStep counts each completion with its prompt, of which a group has one. */
function sharedTokens(spec: Extract<TrainStage['spec'], { type: 'grpo' }>, tokensPerStep: number): number {
  const sequences = (spec.promptsPerStep * spec.numGenerations) / spec.updatesPerBatch
  const prompt = tokensPerStep / sequences - spec.maxCompletionLength
  return tokensPerStep - prompt * (sequences - sequences / spec.numGenerations)
}

function recomputes(memory: EngineMemory, held: number, tokens: number): boolean {
  if (memory.recompute !== 'auto') return memory.recompute === 'always'
  return tokens * memory.perToken > 0.8 * (memory.budget - memory.used - memory.packed - held)
}

function evaluation({ evaluations }: Extract<PreparedStage, { type: 'eval' }>, memory: EngineMemory): number {
  const tokensOf = ({ examples, toPrompt, sampling: { maxTokens }, samples }: PreparedEvaluation) =>
    examples.reduce((sum, example) => sum + toPrompt(example).tokens.length + samples * maxTokens, 0)
  return Math.max(0, ...evaluations.map((one) => sampling(tokensOf(one), memory)))
}

/** Keys and values of what is sampled at once, and prompts on their way through the model. */
function sampling(tokens: number, memory: EngineMemory): number {
  if (tokens === 0) return 0
  const prefill = Math.min(memory.prefill, tokens * memory.perTokenBackward)
  return Math.min(memory.kvCache, tokens * memory.perTokenKv) + prefill + LOGITS
}
