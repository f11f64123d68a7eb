import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import type { TrainGroup } from '../../src/engine/Engine.js'
import { splitMicroBatches } from '../../src/engine/splitMicroBatches.js'

const tokensOf = (group: TrainGroup) => group.completions.reduce((sum, c) => sum + c.tokens.length, group.prompt.length)
const groups = fc.array(
  fc.record({
    prompt: fc.array(fc.nat(9), { maxLength: 8 }),
    completions: fc.array(fc.record({ tokens: fc.array(fc.nat(9), { minLength: 1, maxLength: 8 }) }), {
      minLength: 1,
      maxLength: 5,
    }),
  }),
  { maxLength: 6 },
)

describe('splitMicroBatches', () => {
  it('loses and reorders nothing, keeps each prompt with its completions, and stays under the limit where it can', () => {
    fc.assert(
      fc.property(groups, fc.integer({ min: 1, max: 40 }), (input, maxTokens) => {
        const batches = splitMicroBatches(input, maxTokens)
        const flat = (list: readonly TrainGroup[]) =>
          list.flatMap((g) => g.completions.map((completion) => ({ prompt: g.prompt, completion })))
        expect(flat(batches.flat())).toEqual(flat(input))
        for (const batch of batches) {
          const tokens = batch.reduce((sum, group) => sum + tokensOf(group), 0)
          if (tokens > maxTokens) expect(flat(batch)).toHaveLength(1)
        }
      }),
    )
  })

  it('cuts a group between completions and repeats its prompt', () => {
    const completion = { tokens: [7, 8] }
    const batches = splitMicroBatches([{ prompt: [1, 2, 3], completions: [completion, completion, completion] }], 7)
    expect(batches).toEqual([
      [{ prompt: [1, 2, 3], completions: [completion, completion] }],
      [{ prompt: [1, 2, 3], completions: [completion] }],
    ])
  })
})
