import { computesInHalf } from '../ops/computesInHalf.js'
import type { Adapter } from './adapter/Adapter.js'
import { isPlainProjection } from './isPlainProjection.js'
import { mlpNames } from './mlpNames.js'
import type { Model } from './Model.js'

/** Whether a layer's MLP keeps for its gradient halves of floats (mlpBlock with bfloat16 products). */
export function keepsHalfMlp(model: Model, adapter: Adapter | null): boolean {
  return computesInHalf() && mlpNames.every((name) => isPlainProjection(`model.layers.0.${name}`, model, adapter))
}
