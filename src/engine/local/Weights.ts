import type { Adapter } from '../../model/adapter/Adapter.js'
import type { Model } from '../../model/Model.js'

/** What a forward pass runs: base weights and, with LoRA, the adapter on them. */
export interface Weights {
  readonly model: Model
  readonly adapter: Adapter | null
}
