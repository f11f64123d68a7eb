import { peekValues } from '../../ops/peekValues.js'
import type { TrainableParameter } from './TrainableParameter.js'

/** L2 norm and sum of each parameter, accumulated in float64, by name. */
export function parameterNorms(parameters: readonly TrainableParameter[]): Record<string, { l2: number; sum: number }> {
  return Object.fromEntries(
    parameters.map(({ name, value }) => {
      let [sum, squares] = [0, 0]
      for (const element of peekValues(value)) {
        sum += element
        squares += element * element
      }
      return [name, { l2: Math.sqrt(squares), sum }]
    }),
  )
}
