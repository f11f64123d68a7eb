/**
 * Takes the marks out of a text in which «what is to be learned» stands between guillemets.
 *
 * @returns the text without the marks, and the marked runs of characters, [start, end)
 */
export function learnMarked(marked: string): { text: string; learned: [start: number, end: number][] } {
  const learned: [number, number][] = []
  let text = ''
  for (const [index, piece] of marked.split(/[«»]/).entries()) {
    if (index % 2 === 1 && piece !== '') learned.push([text.length, text.length + piece.length])
    text += piece
  }
  return { text, learned }
}
