import { InputError } from '../lib/InputError.js'

/**
 * Throws where a sequence holds ids that the model has no row for, or is longer than its context.
 *
 * @param what how the user knows the sequences, e.g. `--tokens ids.json: input_ids`
 * @param room tokens that must stay free for what is to be sampled
 */
export function requireTokensFit(
  what: string,
  sequences: readonly (readonly number[])[],
  { vocabSize, maxLength }: { vocabSize: number; maxLength: number },
  room = 0,
): void {
  for (const [s, sequence] of sequences.entries()) {
    const bad = sequence.findIndex((id) => id >= vocabSize)
    if (bad >= 0) {
      throw new InputError(`${what}[${s}][${bad}]: found id ${sequence[bad]}; this model has ids 0 to ${vocabSize - 1}`)
    }
    if (sequence.length <= maxLength - room) continue
    const limit = room === 0 ? `${maxLength} tokens` : `${maxLength} tokens, of which ${room} must be left to write`
    throw new InputError(`${what}[${s}]: found ${sequence.length} tokens; this model's context is ${limit}`)
  }
}
