import type { Json } from './createTinkerClient.js'
import type { ShiftedSequence } from './shiftSequence.js'
import { TinkerError } from './TinkerError.js'

/**
 * The log p of every completion token in a forward's or forward_backward's result; 0 where there is no label, NaN where the
 * server gave null. [sequences][completion tokens]
 *
 * @throws TinkerError where the result holds other sequences than were sent
 */
export function readLogprobs(endpoint: string, result: Json, sequences: readonly ShiftedSequence[]): number[][] {
  const outputs = result['loss_fn_outputs']
  if (!Array.isArray(outputs) || outputs.length !== sequences.length) {
    const found = Array.isArray(outputs) ? `${outputs.length} outputs` : 'no loss_fn_outputs'
    throw new TinkerError(endpoint, 'failed', 200, `${endpoint}: found ${found} for ${sequences.length} sequences`)
  }
  return sequences.map(({ places, targets }, i) => {
    const data = (outputs[i] as { logprobs?: { data?: unknown } } | null)?.logprobs?.data
    if (!Array.isArray(data) || data.length < targets.length) {
      const found = Array.isArray(data) ? `${data.length} log p` : 'no log p'
      throw new TinkerError(endpoint, 'failed', 200, `${endpoint}: found ${found} for ${targets.length} tokens`)
    }
    return places.map((place) => (place < 0 ? 0 : typeof data[place] === 'number' ? data[place] : NaN))
  })
}
