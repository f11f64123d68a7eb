import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { packSequences } from '../../src/sft/packSequences.js'
import type { PackingStrategy } from '../../src/sft/packSequences.js'
import { readGolden } from '../engine/readGolden.js'

interface Columns {
  input_ids: number[][]
  labels: number[][]
  seq_lengths?: number[][]
}
const golden = readGolden<{ seq_length: number; rows: Columns; packed: Record<string, Columns> }>('packing.json')
const input = golden.rows.input_ids.map((tokens, i) => ({ tokens, labels: golden.rows.labels[i] }))

const sequences = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 30 }).map((lengths) =>
  lengths.map((n, i) => ({
    tokens: Array.from({ length: n }, (_, j) => 100 * i + j),
    labels: Array.from({ length: n }, (_, j) => (j % 3 === 0 ? -100 : 100 * i + j)),
  })),
)
const length = fc.integer({ min: 1, max: 24 })

describe('packSequences', () => {
  it.each(['bfd', 'bfd_split', 'wrapped'] as const)('%s equals trl.pack_dataset, order included', (strategy) => {
    const expected = golden.packed[strategy]
    const { rows } = packSequences(input, { strategy, length: golden.seq_length })
    expect(rows.map((row) => row.flatMap((piece) => piece.tokens))).toEqual(expected.input_ids)
    expect(rows.map((row) => row.flatMap((piece) => piece.labels))).toEqual(expected.labels)
    if (expected.seq_lengths)
      expect(rows.map((row) => row.map((piece) => piece.tokens.length))).toEqual(expected.seq_lengths)
  })

  it('counts what bfd cuts off: 20 − 16 and 33 − 16 tokens of two sequences, and one empty one', () => {
    const { cutTokens, cutSequences, emptySequences } = packSequences(input, { strategy: 'bfd', length: 16 })
    expect([cutTokens, cutSequences, emptySequences]).toEqual([21, 2, 1])
  })

  it('none keeps a row each in input order', () => {
    const { rows } = packSequences(input, { strategy: 'none', length: 100 })
    expect(rows.map((row) => row.map((piece) => piece.tokens))).toEqual(
      golden.rows.input_ids.filter((ids) => ids.length > 0).map((ids) => [ids]),
    )
  })

  it('bfd_split and wrapped lose no token and no label; no row is too long', () => {
    fc.assert(
      fc.property(
        sequences,
        length,
        fc.constantFrom<PackingStrategy>('bfd_split', 'wrapped'),
        (items, rowLength, strategy) => {
          const { rows, cutTokens } = packSequences(items, { strategy, length: rowLength })
          const pairs = (pieces: { tokens: readonly number[]; labels: readonly number[] }[]) =>
            pieces.flatMap((piece) => piece.tokens.map((token, t) => `${token}:${piece.labels[t]}`)).sort()
          expect(pairs(rows.flat())).toEqual(pairs(items))
          expect(cutTokens).toBe(0)
          expect(rows.every((row) => row.reduce((n, piece) => n + piece.tokens.length, 0) <= rowLength)).toBe(true)
        },
      ),
    )
  })

  it('bfd keeps every sequence whole or cut once, and the count is what is missing', () => {
    fc.assert(
      fc.property(sequences, length, (items, rowLength) => {
        const { rows, cutTokens } = packSequences(items, { strategy: 'bfd', length: rowLength })
        const kept = rows
          .flat()
          .map((piece) => piece.tokens)
          .sort((a, b) => a[0] - b[0])
        expect(kept).toEqual(items.map((s) => s.tokens.slice(0, rowLength)).filter((tokens) => tokens.length > 0))
        const all = items.reduce((n, s) => n + s.tokens.length, 0)
        expect(kept.reduce((n, tokens) => n + tokens.length, 0) + cutTokens).toBe(all)
      }),
    )
  })
})
