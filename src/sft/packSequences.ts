export type PackingStrategy = 'none' | 'bfd' | 'bfd_split' | 'wrapped'

/** Tokens and the label of each position (−100: none); a piece attends to itself alone and its positions start at 0. */
export interface PackedPiece {
  readonly tokens: number[]
  readonly labels: number[]
}

export interface PackedSequences {
  /** Rows of at most `length` tokens, each a list of pieces. */
  readonly rows: PackedPiece[][]
  /** Tokens cut off because their sequence is longer than a row (none and bfd; 0 for the others). */
  readonly cutTokens: number
  /** Sequences that were cut. */
  readonly cutSequences: number
  /** Sequences without a token, left out. */
  readonly emptySequences: number
}

/**
 * Packs sequences into rows of at most `length` tokens.
 * - none: a row each, cut at `length`.
 * - bfd: best-fit decreasing, cut at `length`. Longest first, ties in input order; each goes to the row with the least
 *   sufficient space, the oldest of equals. Rows in the order they were opened.
 * - bfd_split: the same, but what is past `length` goes on as further pieces, so no token is lost.
 * - wrapped: all tokens one after the other, cut every `length`; a row is one piece, boundaries are not kept.
 * As trl.pack_dataset does; test/golden/packing.json holds them together.
 */
export function packSequences(
  sequences: readonly { readonly tokens: readonly number[]; readonly labels: readonly number[] }[],
  { strategy, length }: { strategy: PackingStrategy; length: number },
): PackedSequences {
  const pieces = sequences
    .filter((s) => s.tokens.length > 0)
    .map((s) => ({ tokens: [...s.tokens], labels: [...s.labels] }))
  const emptySequences = sequences.length - pieces.length
  if (strategy === 'wrapped')
    return { rows: wrap(pieces, length).map((piece) => [piece]), cutTokens: 0, cutSequences: 0, emptySequences }
  if (strategy === 'bfd_split') {
    const split = pieces.flatMap((piece) => wrap([piece], length))
    return { rows: bestFitDecreasing(split, length), cutTokens: 0, cutSequences: 0, emptySequences }
  }
  const tooLong = pieces.filter((piece) => piece.tokens.length > length)
  const cutTokens = tooLong.reduce((sum, piece) => sum + piece.tokens.length - length, 0)
  const cut = pieces.map((piece) => slicePiece(piece, 0, length))
  const rows = strategy === 'none' ? cut.map((piece) => [piece]) : bestFitDecreasing(cut, length)
  return { rows, cutTokens, cutSequences: tooLong.length, emptySequences }
}

function slicePiece(piece: PackedPiece, start: number, end: number): PackedPiece {
  return { tokens: piece.tokens.slice(start, end), labels: piece.labels.slice(start, end) }
}

function wrap(pieces: readonly PackedPiece[], length: number): PackedPiece[] {
  const all =
    pieces.length === 1
      ? pieces[0]
      : { tokens: pieces.flatMap((p) => p.tokens), labels: pieces.flatMap((p) => p.labels) }
  const rows: PackedPiece[] = []
  for (let start = 0; start < all.tokens.length; start += length) rows.push(slicePiece(all, start, start + length))
  return rows
}

function bestFitDecreasing(pieces: readonly PackedPiece[], length: number): PackedPiece[][] {
  const order = pieces.map((_, i) => i).sort((a, b) => pieces[b].tokens.length - pieces[a].tokens.length || a - b)
  const rows: PackedPiece[][] = []
  // Rows by the space they have left; each list is in the order the rows came to have that space.
  const bySpace: number[][] = Array.from({ length: length + 1 }, () => [])
  for (const index of order) {
    const piece = pieces[index]
    const needed = piece.tokens.length
    let space = needed
    while (space <= length && bySpace[space].length === 0) space++
    const row = space <= length ? (bySpace[space].shift() as number) : rows.push([]) - 1
    rows[row].push(piece)
    const left = (space <= length ? space : length) - needed
    bySpace[left].push(row)
  }
  return rows
}
