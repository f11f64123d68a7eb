import { FintuneError } from '../lib/FintuneError.js'

/** More memory is needed than the engine may take. Linux would kill the process instead, a while later. */
export class MemoryBudgetError extends FintuneError {
  /** As Node's own errors of this kind. */
  readonly code = 'ERR_MEMORY_ALLOCATION_FAILED'

  constructor(
    readonly usedBytes: number,
    readonly neededBytes: number,
    readonly budgetBytes: number,
  ) {
    super(
      `Out of the memory budget: ${gibibytes(usedBytes)} are in use, ${gibibytes(neededBytes)} more are needed, ` +
        `${gibibytes(budgetBytes)} are allowed. Lower microBatchTokens, maxPromptTokens or model.maxLength in the recipe, ` +
        'set engine.recompute to always or engine.kvCacheMiB lower, or raise FINTUNE_MEMORY_LIMIT. ' +
        'What a recipe takes:  fintune run RECIPE --dry-run',
    )
  }
}

function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(2)} GiB`
}
