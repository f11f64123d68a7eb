import type { Path } from './Path.js'

/** The value at a path, undefined where there is none; what an object inherits (`toString`) is not there. */
export function getAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      value !== null && typeof value === 'object' && Object.hasOwn(value, part)
        ? (value as Record<string, unknown>)[part]
        : undefined,
    root,
  )
}
