import { crossEntropyLoss } from '../loss/crossEntropyLoss.js'
import type { LossResult } from '../loss/LossResult.js'
import type { LossRow } from '../loss/LossRow.js'
import type { LossSpec } from '../loss/LossSpec.js'
import { policyLoss } from '../loss/policyLoss.js'

/** The loss of rows, its gradient with respect to every log p, and its statistics. */
export function lossOf(rows: readonly LossRow[], spec: LossSpec): LossResult {
  return spec.type === 'crossEntropy' ? crossEntropyLoss(rows, spec) : policyLoss(rows, spec)
}
