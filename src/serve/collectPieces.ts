import type { Piece } from './generate.js'

/** A choice with all its pieces put together. */
export type WholeChoice = Omit<Piece, 'choice'>

/** Gathers pieces into whole choices. [choices] */
export function collectPieces(count: number): {
  readonly choices: readonly WholeChoice[]
  readonly add: (piece: Piece) => void
} {
  const choices = Array.from({ length: count }, (): WholeChoice => ({ text: '', tokens: [], finishReason: null }))
  return {
    choices,
    add: ({ choice, text, tokens, finishReason }) => {
      const before = choices[choice]
      ;(before.tokens as Piece['tokens'][number][]).push(...tokens)
      choices[choice] = { text: before.text + text, tokens: before.tokens, finishReason }
    },
  }
}
