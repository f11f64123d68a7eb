import type { Path } from './Path.js'

/** ['stages', 1, 'loss'] → stages[1].loss; keys that would not read back are quoted. */
export function formatPath(path: Path): string {
  return path.map((part, i) => formatPart(part, i === 0)).join('')
}

function formatPart(part: string | number, first: boolean): string {
  if (typeof part === 'number') return `[${part}]`
  if (!/^[^.[\]="\s]+$/.test(part)) return `[${JSON.stringify(part)}]`
  return first ? part : `.${part}`
}
