import type { z } from 'zod'
import type { recipeSchema } from './schema/recipeSchema.js'

/** A recipe as resolved: `extends`, `--set` and `${env:…}` applied, every default filled in. */
export type Recipe = z.output<typeof recipeSchema>

export type ModelSpec = Recipe['model']
export type AdapterSpec = ModelSpec['adapter']
export type EngineSpec = Recipe['engine']
export type DataSourceSpec = Recipe['data'][string]
export type PromptSpec = Recipe['prompt']
export type VerifierSpec = Recipe['verifier']
export type RewardsSpec = Recipe['rewards']
export type Stage = Recipe['stages'][number]
export type SftStage = Extract<Stage, { type: 'sft' }>
export type GrpoStage = Extract<Stage, { type: 'grpo' }>
export type EvalStage = Extract<Stage, { type: 'eval' }>
export type OptimizerSpec = SftStage['optimizer']
export type SamplingSpec = GrpoStage['sampling']
export type PolicyLossOptions = GrpoStage['loss']
export type DecodingSpec = EvalStage['decoding']
export type CheckpointSpec = Recipe['checkpoint']
