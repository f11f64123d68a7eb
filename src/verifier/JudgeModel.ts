import type { Engine } from '../engine/Engine.js'
import type { Tokenizer } from '../tokenizer/Tokenizer.js'

/** A model of our own engine that judges. */
export interface JudgeModel {
  readonly engine: Engine
  readonly tokenizer: Tokenizer
}

/** Loads the model of a Hugging Face directory. */
export type OpenJudgeModel = (directory: string) => Promise<JudgeModel>
