import type { Path } from './Path.js'

const part = /\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|(?:^|\.)([^.[\]="\s]+)/y

/** stages[1].loss → ['stages', 1, 'loss']; the inverse of formatPath. Undefined where it is not a path. */
export function parsePath(text: string): Path | undefined {
  const path: (string | number)[] = []
  part.lastIndex = 0
  while (part.lastIndex < text.length) {
    const match = part.exec(text)
    if (match === null) return undefined
    path.push(match[1] !== undefined ? Number(match[1]) : (match[3] ?? unquote(match[2])))
  }
  return path.length > 0 ? path : undefined
}

function unquote(content: string): string {
  return JSON.parse(`"${content}"`) as string
}
