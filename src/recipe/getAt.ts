import type { Path } from './Path.js'

/** The value at a path, undefined where there is none. */
export function getAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      value !== null && typeof value === 'object' ? (value as Record<string, unknown>)[part] : undefined,
    root,
  )
}
