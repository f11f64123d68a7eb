import type { LocalEngineOptions } from '../local/LocalEngineOptions.js'

/** As the local engine's; a function cannot go to another thread, so the thread reads the tokenizer itself. */
export interface ThreadEngineOptions extends Omit<LocalEngineOptions, 'decode'> {
  /** Directory of tokenizer.json, for stop strings. */
  readonly tokenizerDirectory?: string
}
