import { isMap } from './isMap.js'

/**
 * A recipe over the one it extends: maps merge key by key, everything else (lists and `stages` too) is replaced.
 * A map of another `type` replaces the base's: a union's options share no keys.
 */
export function mergeRecipes(base: unknown, over: unknown): unknown {
  if (!isMap(base) || !isMap(over)) return over
  if (over.type !== undefined && base.type !== undefined && over.type !== base.type) return over
  const merged = Object.entries(over).map(([key, value]) => [
    key,
    Object.hasOwn(base, key) ? mergeRecipes(base[key], value) : value,
  ])
  return { ...base, ...(Object.fromEntries(merged) as object) }
}
