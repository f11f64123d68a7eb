import { readFile } from 'node:fs/promises'
import { LineCounter, parseDocument } from 'yaml'
import { RecipeError } from './RecipeError.js'
import type { RecipeDocument } from './RecipeDocument.js'
import { isMap } from './isMap.js'

/**
 * Reads one recipe file, as YAML 1.2 without custom tags.
 *
 * @throws RecipeError when it cannot be read, is not YAML (each place with line and column), or is not a map
 */
export async function readRecipeDocument(file: string): Promise<RecipeDocument> {
  const text = await readText(file)
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, schema: 'core', prettyErrors: false })
  const faults = [...document.errors, ...document.warnings]
  if (faults.length > 0) {
    const problems = faults.map((fault) => {
      const { line, col } = lines.linePos(fault.pos[0])
      return { path: '', message: `broken YAML: ${fault.message.split('\n')[0]}`, line, column: col }
    })
    throw new RecipeError(file, problems)
  }
  const value: unknown = toValue(document, file)
  if (!isMap(value)) {
    const found = value === null || value === undefined ? 'it is empty' : 'it holds no keys'
    throw new RecipeError(file, [
      { path: '', message: `${found}; a recipe is a map with version, name, model and stages` },
    ])
  }
  return { file, value, document, lines }
}

function toValue(document: RecipeDocument['document'], file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 })
  } catch (error) {
    throw new RecipeError(file, [{ path: '', message: `broken YAML: ${(error as Error).message}` }])
  }
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const reasons: Record<string, string> = {
      ENOENT: 'there is no such file; recipes that come with fintune are in recipes/',
      EISDIR: 'it is a directory; give the recipe in it',
      EACCES: 'it may not be read; check its permissions',
    }
    throw new RecipeError(file, [{ path: '', message: reasons[code ?? ''] ?? `it cannot be read (${code})` }])
  }
}
