import { FintuneError } from '../lib/FintuneError.js'

/** A step's gradient holds NaN or infinity; weights and moments were left as they were. */
export class GradientNotFiniteError extends FintuneError {
  readonly code = 'ERR_NOT_FINITE'

  constructor(
    readonly norm: number,
    /** Whose gradient it is, in the model's order. */
    readonly parameters: readonly string[],
  ) {
    const others = parameters.length > 1 ? ` and ${parameters.length - 1} more` : ''
    super(
      `the gradient's norm is ${norm}${parameters.length > 0 ? ` (${parameters[0]}${others})` : ''}: the weights were left ` +
        'as they are. Lower the learning rate or maxGradNorm, or look at the data of this step.',
    )
  }
}
