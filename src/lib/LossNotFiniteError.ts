import { FintuneError } from './FintuneError.js'

/** A step's loss came out as NaN or infinity; the step was dropped before it touched the weights. */
export class LossNotFiniteError extends FintuneError {
  constructor(
    readonly stage: string,
    readonly step: number,
    readonly loss: number,
  ) {
    super(
      `stage ${stage}, step ${step}: the loss is ${loss}. Nothing of this step was kept; lower the learning rate or ` +
        'maxGradNorm, or look at this step’s data (completions/ for GRPO).',
    )
  }
}
