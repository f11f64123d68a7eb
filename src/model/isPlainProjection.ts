import type { Adapter } from './adapter/Adapter.js'
import type { Model } from './Model.js'

/** Whether a projection is its matrix alone, without bias or adapter; `module` as model.layers.0.mlp.up_proj. */
export function isPlainProjection(module: string, model: Model, adapter: Adapter | null): boolean {
  return !adapter?.weights.has(module) && !model.parameters.has(`${module}.bias`)
}
