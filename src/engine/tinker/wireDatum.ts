import type { Json } from './createTinkerClient.js'
import type { ShiftedSequence } from './shiftSequence.js'

/**
 * A sequence in the wire's form, with one float array a name (weights, logprobs, advantages), each given a completion
 * token and 0 at every position without a label.
 * @param arrays by name; [completion tokens]
 */
export function wireDatum(sequence: ShiftedSequence, arrays: Readonly<Record<string, ArrayLike<number>>>): Json {
  const floats = Object.entries(arrays).map(([name, values]) => {
    const data = new Array<number>(sequence.targets.length).fill(0)
    sequence.places.forEach((place, t) => {
      if (place >= 0) data[place] = values[t]
    })
    return [name, { data, dtype: 'float32', shape: [data.length] }]
  })
  return {
    model_input: { chunks: [{ type: 'encoded_text', tokens: sequence.inputs }] },
    loss_fn_inputs: {
      target_tokens: { data: sequence.targets, dtype: 'int64', shape: [sequence.targets.length] },
      ...(Object.fromEntries(floats) as Json),
    },
  }
}
