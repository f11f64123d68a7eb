import type { RunDirectory } from '../../checkpoint/RunDirectory.js'
import type { RunReporter } from '../RunReporter.js'

export interface ExportOptions {
  readonly run: RunDirectory
  /** A directory that is not there yet, or empty. */
  readonly to: string
  /** merged: a Hugging Face directory; adapter: a PEFT adapter beside its base model. */
  readonly as: 'merged' | 'adapter'
  /** last, best (by checkpoint.keepBest), a stage's name (its last) or stage/step. */
  readonly checkpoint: string
  /** Of a whole model's weights; an adapter alone stays float32. */
  readonly dtype: 'float32' | 'bfloat16' | 'float16'
  readonly reporter: RunReporter
}
