import { isDeepStrictEqual } from 'node:util'
import type { RecipeChange } from './RecipeChange.js'

/** None of it shapes a step's numbers: where things go, what is kept, how fast it runs, where the same judge listens. */
const free = [
  /^(output|log|checkpoint|watchdog|engine\.(threads|recompute|kvCacheMiB))\b/,
  /^(verifier\.model(\.judges\[\d+\])?|rewards\.terms\[\d+\]\.model)\.(url|apiKeyEnv|timeoutMs|totalTimeoutMs|maxRetries|backoffMs|concurrency|requestsPerMinute|breaker)\b/,
]
const length = /^stages\[\d+\]\.(steps|epochs)$/
const wholeStage = /^stages\[\d+\]$/

/** What differs between the recipe a run was begun with and the one it is to go on with. */
export function recipeChanges(before: unknown, after: unknown): RecipeChange[] {
  return differences(before, after, '').map(({ key, was, is }) => ({ key, was, is, kind: kindOf(key, was, is) }))
}

function kindOf(key: string, was: unknown, is: unknown): RecipeChange['kind'] {
  if (free.some((keys) => keys.test(key))) return 'free'
  if (length.test(key) && typeof was === 'number' && typeof is === 'number' && is > was) return 'more'
  if (wholeStage.test(key) && was === undefined) return 'more'
  return 'fixed'
}

function differences(before: unknown, after: unknown, path: string): Omit<RecipeChange, 'kind'>[] {
  if (isDeepStrictEqual(before, after)) return []
  const bothLists = Array.isArray(before) && Array.isArray(after)
  const bothMaps = isMap(before) && isMap(after)
  if (!bothLists && !bothMaps) return [{ key: path, was: before, is: after }]
  const [was, is] = [before, after] as [Record<string, unknown>, Record<string, unknown>]
  const keys = [...new Set([...Object.keys(was), ...Object.keys(is)])]
  return keys.flatMap((key) => {
    const place = bothLists ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`
    return differences(was[key], is[key], place)
  })
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
