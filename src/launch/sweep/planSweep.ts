import { createHash } from 'node:crypto'
import { join, resolve } from 'node:path'
import { loadRecipe } from '../../recipe/loadRecipe.js'
import { parsePath } from '../../recipe/parsePath.js'
import type { GridAxis } from './GridAxis.js'
import type { SweepPlan, SweepRun } from './SweepPlan.js'

const MAX_LABEL = 100

/**
 * Every point of the grid as a run with a recipe and a directory of its own, the last axis varying fastest. The order and
 * the names depend on the grid alone, so that the same command finds its runs again.
 *
 * @throws RecipeError at the first point whose recipe is wrong
 */
export async function planSweep(file: string, set: readonly string[], grid: readonly GridAxis[]): Promise<SweepPlan> {
  const base = await loadRecipe(file, { set: [...set, ...grid.map(({ key, values }) => `${key}=${values[0]}`)] })
  const directory = resolve(join(base.output, `${base.name}-sweep`))
  const names = shortNames(grid.map(({ key }) => key))
  const runs: SweepRun[] = []
  for (const point of points(grid)) {
    const label = labelOf(point, names)
    const own = Object.entries(point).map(([key, value]) => `${key}=${value}`)
    const recipe = await loadRecipe(file, { set: [...set, ...own, `name=${base.name}-${label}`] })
    runs.push({ values: point, directory: join(directory, label), recipe })
  }
  return { directory, runs }
}

function points(grid: readonly GridAxis[]): Record<string, string>[] {
  return grid.reduce<Record<string, string>[]>(
    (found, { key, values }) => found.flatMap((point) => values.map((value) => ({ ...point, [key]: value }))),
    [{}],
  )
}

/** A key's last part where that tells it from the others, else all of it. */
function shortNames(keys: readonly string[]): Map<string, string> {
  const last = (key: string) => String(parsePath(key)!.findLast((part) => typeof part === 'string'))
  const lasts = keys.map(last)
  return new Map(keys.map((key, i) => [key, lasts.filter((name) => name === lasts[i]).length === 1 ? lasts[i] : key]))
}

/** A directory's name: learningRate-1e-3_seed-7. Where signs had to go or it is too long, a hash keeps points apart. */
function labelOf(point: Readonly<Record<string, string>>, names: ReadonlyMap<string, string>): string {
  const whole = Object.entries(point).map(([key, value]) => `${names.get(key)}-${value}`)
  const exact = whole.join('_')
  const plain = exact.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[^A-Za-z0-9]+/, '')
  if (plain === exact && plain.length <= MAX_LABEL) return plain
  return `${plain.slice(0, MAX_LABEL)}-${createHash('sha256').update(exact).digest('hex').slice(0, 6)}`
}
