import { isNode, isPair, isScalar, visit } from 'yaml'
import type { Path } from './Path.js'
import type { Problem } from './Problem.js'
import type { RecipeDocument } from './RecipeDocument.js'
import { formatPath } from './formatPath.js'
import type { PlacedProblem } from './problemsOfIssues.js'

/**
 * Adds file, line and column to a problem: the place of its key in the nearest document that has it, or of the
 * nearest enclosing key; `--set` where that wrote the value.
 *
 * @param documents the recipe, then what it extends, nearest first
 */
export function locateProblem(
  { at, message }: PlacedProblem,
  documents: readonly RecipeDocument[],
  sets: readonly { path: Path; assignment: string }[],
): Problem {
  const problem = { path: formatPath(at), message }
  const set = sets.findLast(({ path }) => path.every((part, i) => at[i] === part))
  if (set !== undefined) return { ...problem, file: `--set ${set.assignment}` }
  for (let depth = at.length; depth > 0; depth--) {
    for (const document of documents) {
      const offset = offsetOf(document, at.slice(0, depth))
      if (offset === undefined) continue
      const { line, col } = document.lines.linePos(offset)
      return { ...problem, ...(document === documents[0] ? {} : { file: document.file }), line, column: col }
    }
  }
  return problem
}

/** Offset of a key (in a map) or entry (in a list); undefined where the document has none at that path. */
function offsetOf({ document }: RecipeDocument, path: Path): number | undefined {
  const owner = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true)
  const last = path.at(-1)
  if (!isNode(owner)) return undefined
  let offset: number | undefined
  visit(owner, (key, node) => {
    if (node === owner) return undefined
    if (isPair(node)) {
      if (isScalar(node.key) && String(node.key.value) === String(last)) offset ??= node.key.range?.[0]
    } else if (isNode(node) && key === last) {
      offset ??= node.range?.[0]
    }
    return visit.SKIP
  })
  return offset
}
