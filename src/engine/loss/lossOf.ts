import { crossEntropyLoss } from './crossEntropyLoss.js'
import type { LossResult } from './LossResult.js'
import type { LossRow } from './LossRow.js'
import type { LossSpec } from './LossSpec.js'
import { policyLoss } from './policyLoss.js'

/** The loss of rows, its gradient with respect to every log p, and its statistics. */
export function lossOf(rows: readonly LossRow[], spec: LossSpec): LossResult {
  return spec.type === 'crossEntropy' ? crossEntropyLoss(rows, spec) : policyLoss(rows, spec)
}
