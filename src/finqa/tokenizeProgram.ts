/**
 * A program as the official scorers split it: at ", "; the operator keeps its "(" and ")" is a token of its own.
 * `subtract(5829, 5735)` → `subtract(`, `5829`, `5735`, `)`. No closing EOF.
 */
export function tokenizeProgram(text: string): string[] {
  return text.split(', ').flatMap((piece) => piece.match(/[^()]*\(|[^()]+|\)/g) ?? [])
}
