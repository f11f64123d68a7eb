/** A cell: text, a number as it should be read, or nothing. */
export type Cell = string | number | null | undefined

/**
 * Rows in aligned columns, two spaces apart, with a rule under the header. A column is aligned to the right where
 * every filled cell below the header is a number (or reads like one), so that digits stand below each other.
 */
export function table(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const texts = rows.map((row) => header.map((_, column) => String(row[column] ?? '')))
  const widths = header.map((title, column) =>
    Math.max(...[title, ...texts.map((row) => row[column])].map(displayWidth)),
  )
  const right = header.map((_, column) => {
    const filled = texts.map((row) => row[column]).filter((text) => text !== '')
    return filled.length > 0 && filled.every((text) => /^[+\-−]?[\d.,]+\s*%?$/.test(text))
  })
  const line = (cells: readonly string[]) =>
    cells
      .map((text, column) => pad(text, widths[column], right[column]))
      .join('  ')
      .trimEnd()
  return [line(header), widths.map((width) => '─'.repeat(width)).join('  '), ...texts.map(line)].join('\n')
}

function displayWidth(text: string): number {
  return [...text].length
}

function pad(text: string, width: number, right: boolean): string {
  const space = ' '.repeat(width - displayWidth(text))
  return right ? space + text : text + space
}
