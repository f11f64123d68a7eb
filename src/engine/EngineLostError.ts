import { FintuneError } from '../lib/FintuneError.js'

/**
 * What a remote engine held is gone, or it cannot be told whether it took a step: the last checkpoint is the truth again.
 * Whoever drives the engine may load that checkpoint and go on.
 */
export class EngineLostError extends FintuneError {}
