import type { Engine } from '../Engine.js'

/** What an engine of one's own is told of the recipe. */
export interface EngineModuleOptions {
  /** The recipe's `engine.options`, as they are. */
  readonly options: Readonly<Record<string, unknown>>
  /** The directory of model.path (with at least config and tokenizer); null for a fresh model. */
  readonly modelPath: string | null
  /** model.adapter */
  readonly adapter: Readonly<Record<string, unknown>> & { readonly type: 'full' | 'lora' }
  /** model.maxLength; undefined: the model's own. */
  readonly maxLength: number | undefined
  /** The tokenizer's; null where there is none. */
  readonly vocabSize: number | null
  readonly seed: number
  /** A line for the run's log. */
  readonly say: (message: string) => void
}

/**
 * What an engine module exports by default.
 *
 * @example
 * import type { EngineModule } from 'fintune'
 * export default (({ options, seed }) => connectTo(String(options.url), seed)) satisfies EngineModule
 */
export type EngineModule = (options: EngineModuleOptions) => Engine | Promise<Engine>
