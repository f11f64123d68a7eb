import { fitsBeside } from '../checkpoint/fitsBeside.js'
import { sum } from '../lib/sum.js'
import type { Recipe } from '../recipe/Recipe.js'
import type { EngineCapabilities } from '../engine/Engine.js'
import { memoryEstimate } from './memoryEstimate.js'
import { openWork } from './openWork.js'
import type { PreparedStage } from './PreparedStage.js'
import type { RunReporter } from './RunReporter.js'

/** What a run would take, from everything opened and rendered but nothing run. */
export interface RunPlan {
  readonly name: string
  readonly engine: EngineCapabilities
  readonly stages: readonly StagePlan[]
  /** Bytes that the process will have resident at most (an estimate). */
  readonly memoryBytes: number
  /** The same but for the copy that a checkpoint is written from. */
  readonly memoryBetweenCheckpoints: number
  /** Bytes of the checkpoints kept and the models written, at the end. */
  readonly diskBytes: number
}

export interface StagePlan {
  readonly name: string
  readonly type: 'sft' | 'grpo' | 'eval'
  readonly steps: number
  readonly examples: number
  /** Tokens through the model in training; for GRPO with completions of full length. */
  readonly tokens: number
}

/** Opens and checks everything a recipe names and says what it would take; writes nothing. */
export async function planRecipe(recipe: Recipe, reporter: RunReporter): Promise<RunPlan> {
  const work = await openWork(recipe, reporter, { onRollouts: () => {} })
  try {
    const engine = work.model.engine.capabilities()
    const resident = process.memoryUsage().rss
    return {
      name: recipe.name,
      engine,
      stages: work.stages.map(planStage),
      memoryBytes: memoryEstimate(resident, engine.memory, work.stages, copyInterval(engine, recipe)),
      memoryBetweenCheckpoints: memoryEstimate(resident, engine.memory, work.stages, null),
      diskBytes: diskBytes(engine, recipe, work.stages),
    }
  } finally {
    await work.close()
  }
}

function copyInterval({ trainableParameters }: EngineCapabilities, { checkpoint }: Recipe) {
  return fitsBeside(trainableParameters) ? checkpoint : null
}

function planStage(stage: PreparedStage): StagePlan {
  const { name, type } = stage.spec
  if (stage.type === 'eval') {
    return { name, type, steps: 0, examples: sum(stage.evaluations.map(({ examples }) => examples.length)), tokens: 0 }
  }
  const { totalSteps, tokensPerStep } = stage.training
  return { name, type, steps: totalSteps, examples: stage.examples, tokens: Math.round(totalSteps * tokensPerStep) }
}

const bytesPerFloat = 4

function diskBytes(engine: EngineCapabilities, recipe: Recipe, stages: readonly PreparedStage[]): number {
  const trains = stages.filter((stage) => stage.type === 'train')
  const kept = recipe.checkpoint.keepLast + trains.length + Number(recipe.checkpoint.keepBest !== undefined)
  const state = bytesPerFloat * engine.trainableParameters * 3
  return kept * state + trains.length * bytesPerFloat * engine.trainableParameters
}
