import { isMap } from './isMap.js'

/**
 * A recipe over the one it extends: maps merge key by key, everything else (lists and `stages` too) is replaced.
 * A map of another `type` replaces the base's: a union's options share no keys.
 */
export function mergeRecipes(base: unknown, over: unknown): unknown {
  if (!isMap(base) || !isMap(over)) return over
  if (over.type !== undefined && base.type !== undefined && over.type !== base.type) return over
  const merged: Record<string, unknown> = { ...base }
  for (const [key, value] of Object.entries(over)) {
    merged[key] = Object.hasOwn(base, key) ? mergeRecipes(base[key], value) : value
  }
  return merged
}
