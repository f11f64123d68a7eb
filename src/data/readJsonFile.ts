import { DataError } from './DataError.js'
import { readTextFile } from './readTextFile.js'

/**
 * A JSON file's value.
 *
 * @throws DataError naming the line and column where the file breaks off or goes wrong
 */
export async function readJsonFile(path: string): Promise<unknown> {
  const text = await readTextFile(path)
  if (text.trim() === '') throw new DataError(`${path}: is empty; JSON is expected.`)
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new DataError(`${path}: is not whole JSON: ${describeBreak(text, error as Error)}`)
  }
}

function describeBreak(text: string, error: Error): string {
  const at = breaksAtEnd(text) ? text.trimEnd().length : firstWrong(text)
  const before = text.slice(0, at).split('\n')
  const place = `line ${before.length}, column ${before[before.length - 1].length + 1}`
  if (at >= text.trimEnd().length) return `it ends at ${place} before it is complete (a cut-off download?).`
  return `found ${JSON.stringify(text.slice(at, at + 20))} at ${place} (${error.message.split(',')[0]}).`
}

/** Whether a text is the beginning of JSON, as far as it goes. The parser does not always say where it stopped. */
function breaksAtEnd(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch (error) {
    const { message } = error as Error
    const position = /at position (\d+)/.exec(message)
    return /end of JSON|Unterminated/.test(message) || (position !== null && Number(position[1]) >= text.length)
  }
}

/** The index of the first sign that makes the text no beginning of JSON. */
function firstWrong(text: string): number {
  let [good, bad] = [0, text.length]
  while (bad - good > 1) {
    const middle = (good + bad) >>> 1
    if (breaksAtEnd(text.slice(0, middle))) good = middle
    else bad = middle
  }
  return bad - 1
}
