import { InputError } from '../../lib/InputError.js'
import type { GrpoStage, Recipe, SftStage } from '../../recipe/Recipe.js'
import type { ClusterAssumptions } from './ClusterAssumptions.js'
import type { ModelShape } from './ModelShape.js'
import { gpusPerReplica, simulateSampling } from './simulateSampling.js'

/** One stage on so many GPUs; seconds an optimizer step. */
export interface ClusterStage {
  readonly stage: string
  readonly type: 'sft' | 'grpo'
  readonly gpus: number
  readonly samplingS: number
  readonly trainingS: number
  readonly verifyS: number
  readonly syncS: number
  /** Sampling and training in turns, and side by side as maxStaleness has it (absent where it is 0). */
  readonly stepS: number
  readonly overlappedStepS?: number
  /** Share of its time that the sampling side decodes. */
  readonly samplingBusy?: number
  /** Tokens run through training a step. */
  readonly tokens: number
  readonly costPerStep: number
  /** Null: the data is not here, so the number of steps is not known. */
  readonly steps: number | null
  readonly hours: number | null
  readonly cost: number | null
}

/**
 * Simulates every training stage of a recipe on clusters of these sizes.
 * @param stepsOf a stage's optimizer steps, null if unknown
 * @throws InputError where the smallest cluster does not hold the model
 */
export function planCluster(
  recipe: Recipe,
  gpuCounts: readonly number[],
  model: ModelShape,
  assumed: ClusterAssumptions,
  stepsOf: (stage: SftStage | GrpoStage) => number | null,
): ClusterStage[] {
  const least = gpusPerReplica(model, assumed)
  if (Math.min(...gpuCounts) < least) {
    throw new InputError(
      `--gpus: found ${Math.min(...gpuCounts)}; one copy of this model is spread over ${least} GPUs: ${least} or more`,
    )
  }
  return recipe.stages.flatMap((stage) => {
    if (stage.type === 'eval') return []
    return gpuCounts.map((gpus) => {
      const timed =
        stage.type === 'sft'
          ? sftStep(recipe, stage, gpus, model, assumed)
          : grpoStep(recipe, stage, gpus, model, assumed)
      const hoursPerStep = (timed.overlappedStepS ?? timed.stepS) / 3600
      const costPerStep = hoursPerStep * gpus * assumed.pricePerGpuHour
      const steps = stepsOf(stage)
      const whole = { hours: steps && steps * hoursPerStep, cost: steps && steps * costPerStep }
      return { stage: stage.name, type: stage.type, gpus, ...timed, costPerStep, steps, ...whole }
    })
  })
}

type Timed = Omit<ClusterStage, 'stage' | 'type' | 'gpus' | 'costPerStep' | 'steps' | 'hours' | 'cost'>

/** Forward 2, backward 4 FLOP a parameter and token; an adapter's backward leaves out the gradients of frozen weights: 2. */
function flopPerToken({ model: { adapter } }: Recipe, forwards: number): number {
  return 2 * forwards + (adapter.type === 'lora' ? 2 : 4)
}

function trainingSeconds(tokens: number, flop: number, gpus: number, model: ModelShape, assumed: ClusterAssumptions) {
  return (tokens * flop * model.parameters) / (gpus * assumed.flops * assumed.trainingUse)
}

function sftStep(recipe: Recipe, stage: SftStage, gpus: number, model: ModelShape, assumed: ClusterAssumptions): Timed {
  const longest = recipe.model.maxLength ?? 2048
  const tokens = stage.batchSize * longest * (stage.packing === 'none' ? assumed.meanExampleShare : 1)
  // A token mean on a Tinker server costs a forward pass more.
  const forwards = recipe.engine.type === 'tinker' && stage.aggregation === 'token' ? 2 : 1
  // A step's rows are all there is to share: more GPUs than rows have nothing to do.
  const used = Math.min(gpus, stage.batchSize * gpusPerReplica(model, assumed))
  const trainingS = trainingSeconds(tokens, flopPerToken(recipe, forwards), used, model, assumed)
  return { samplingS: 0, trainingS, verifyS: 0, syncS: 0, stepS: trainingS, tokens }
}

function grpoStep(
  recipe: Recipe,
  stage: GrpoStage,
  gpus: number,
  model: ModelShape,
  assumed: ClusterAssumptions,
): Timed {
  const promptTokens = Math.round(assumed.meanPromptShare * recipe.prompt.maxPromptTokens)
  const { promptsPerStep: prompts, numGenerations, maxCompletionLength, loss, updatesPerBatch: updates } = stage
  const load = { prompts, numGenerations, promptTokens, maxCompletionLength }
  const extra = Number(loss.truncatedImportanceSampling !== null || updates > 1) + Number(loss.beta > 0)
  const flop = flopPerToken(recipe, 1 + extra)
  const on = (samplers: number, trainers: number) => {
    const sampled = simulateSampling(load, samplers, model, assumed)
    const tokens = prompts * numGenerations * promptTokens + sampled.completionTokens
    return { sampled, tokens, trainingS: trainingSeconds(tokens, flop, trainers, model, assumed) }
  }
  // Judges answer while others still write: what remains is the last round of calls.
  const calls = prompts * numGenerations
  const judged = recipe.verifier.model.type === 'openai'
  const verifyS = judged ? assumed.judgeLatencyS * Math.max(1, Math.min(4, calls / assumed.judgeConcurrency / 8)) : 0
  const syncS = assumed.syncOverheadS + model.syncBytes / assumed.networkBytesPerS
  const turns = on(gpus, gpus)
  const step = {
    samplingS: turns.sampled.seconds / updates,
    trainingS: turns.trainingS / updates,
    verifyS: verifyS / updates,
    syncS,
    stepS: (turns.sampled.seconds + turns.trainingS + verifyS) / updates + syncS,
    samplingBusy: turns.sampled.busy,
    tokens: turns.tokens / updates,
  }
  const least = gpusPerReplica(model, assumed)
  if (stage.maxStaleness === 0 || gpus < 2 * least) return step
  const splits = [0.25, 0.5, 0.75].map((share) => {
    const samplers = Math.min(gpus - least, Math.max(least, Math.round(gpus * share)))
    const { sampled, trainingS } = on(samplers, gpus - samplers)
    return (Math.max(sampled.seconds, trainingS) + verifyS) / updates + syncS
  })
  return { ...step, overlappedStepS: Math.min(...splits) }
}
