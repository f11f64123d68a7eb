/** Whether a program's literal stands in the text as a figure of its own: `45` in "$ 45 ." but not in "1.45" or "450". */
export function mentionsFigure(text: string, literal: string): boolean {
  const plain = literal.replaceAll(',', '')
  const figures = text.replace(/(\d),(?=\d{3})/g, '$1').match(/-?\d*\.?\d+ ?%?/g) ?? []
  return figures.some((figure) => {
    const bare = figure.replace(' ', '')
    return bare === plain || bare.replace('%', '') === plain || bare.replace('-', '') === plain
  })
}
