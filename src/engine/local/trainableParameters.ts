import { adapterParameters } from '../../model/adapter/adapterParameters.js'
import type { TrainableParameter } from './TrainableParameter.js'
import type { Weights } from './Weights.js'

/** The adapter's factors under PEFT's file names where there is an adapter, else every parameter of the model. */
export function trainableParameters({ model, adapter }: Weights): TrainableParameter[] {
  return [...(adapter ? adapterParameters(adapter) : model.parameters)].map(([name, value]) => ({
    name,
    value,
    isBiasOrNorm: name.endsWith('bias') || name.includes('norm'),
  }))
}
