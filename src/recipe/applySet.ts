import { parseDocument } from 'yaml'
import type { Path } from './Path.js'
import { formatPath } from './formatPath.js'
import { getAt } from './getAt.js'
import { isMap } from './isMap.js'
import { parsePath } from './parsePath.js'

/** What `--set` did: the new recipe and the path it wrote, or what was wrong with it. */
export type SetResult = { value: unknown; path: Path } | { problem: string }

/**
 * Applies one `--set a.b[0].c=V` to a recipe's plain value; V is read as YAML. Missing maps are made, lists are not:
 * an index must exist, or be the next one. The given value is not changed.
 */
export function applySet(root: unknown, assignment: string): SetResult {
  const split = splitAssignment(assignment)
  if (split === undefined) return { problem: 'it is written KEY=VALUE, e.g. stages[0].steps=20' }
  const path = parsePath(split.key)
  if (path === undefined)
    return { problem: `"${split.key}" is not a path; one reads like stages[0].optimizer.learningRate` }
  const parsed = parseValue(split.text)
  if ('problem' in parsed) return parsed
  const set = setAt(root, path, 0, parsed.value)
  return 'problem' in set ? set : { value: set.value, path }
}

/** Cuts at the first `=` outside quotes: keys may be quoted, values may hold anything. */
function splitAssignment(assignment: string): { key: string; text: string } | undefined {
  const match = /^((?:"(?:[^"\\]|\\.)*"|[^="])+)=([\s\S]*)$/.exec(assignment)
  return match === null ? undefined : { key: match[1].trim(), text: match[2] }
}

function parseValue(text: string): { value: unknown } | { problem: string } {
  const document = parseDocument(text, { schema: 'core', prettyErrors: false })
  const [fault] = [...document.errors, ...document.warnings]
  if (fault !== undefined) return { problem: `its value is not YAML: ${fault.message.split('\n')[0]}` }
  return { value: document.toJS() as unknown }
}

function setAt(node: unknown, path: Path, depth: number, value: unknown): { value: unknown } | { problem: string } {
  if (depth === path.length) return { value }
  const key = path[depth]
  const container = node ?? (typeof key === 'number' ? [] : {})
  if (!fits(container, key)) return { problem: misfit(container, path, depth) }
  const inner = setAt(getAt(container, [key]), path, depth + 1, value)
  if ('problem' in inner) return inner
  if (Array.isArray(container))
    return { value: [...container.slice(0, key as number), inner.value, ...container.slice((key as number) + 1)] }
  return { value: { ...(container as object), [key]: inner.value } }
}

function fits(container: unknown, key: string | number): boolean {
  return typeof key === 'number' ? Array.isArray(container) && key <= container.length : isMap(container)
}

function misfit(container: unknown, path: Path, depth: number): string {
  const where = depth === 0 ? 'the recipe' : formatPath(path.slice(0, depth))
  if (Array.isArray(container) && typeof path[depth] === 'number') {
    return `${where} has ${container.length} ${container.length === 1 ? 'entry' : 'entries'}, counted from 0`
  }
  if (Array.isArray(container)) return `${where} is a list; choose an entry, e.g. ${where}[0]`
  if (isMap(container)) return `${where} is a map, not a list; it has no entry ${formatPath([path[depth]])}`
  return `${where} is ${JSON.stringify(container)}, which has nothing inside`
}
