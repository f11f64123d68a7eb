import { isDeepStrictEqual } from 'node:util'
import { parse } from 'yaml'
import type { RunDirectory } from '../checkpoint/RunDirectory.js'
import { InputError } from '../lib/InputError.js'

/** What may differ between a run and the recipe that goes on with it: none of it shapes a step's numbers. */
const mayChange = new Set(['output', 'log', 'checkpoint'])

export type ResumeMode = 'never' | 'auto' | 'must'

/**
 * Whether a run directory is to be begun, continued or left as it is.
 *
 * @throws InputError when there is a run and no leave to touch it (with three ways out), when there is none but one is
 *   needed, or when the recipe has changed in a way that would give other numbers (with the keys)
 */
export function requireResumable(run: RunDirectory, recipe: object, resume: ResumeMode): 'begin' | 'continue' | 'done' {
  const status = run.readStatus()
  if (!status) {
    if (resume !== 'must') return 'begin'
    throw new InputError(`--resume=must: ${run.path} holds no run. Start one with --resume=auto, or look at --run-dir.`)
  }
  if (resume === 'never') throw alreadyThere(run.path, status.status, status.step, status.stepsTotal)
  const changed = changedKeys(parse(run.readRecipe()) as Record<string, unknown>, plain(recipe))
  if (changed.length > 0) {
    throw new InputError(
      `${run.path} was begun with another recipe; these keys differ:\n${changed.map((line) => `  ${line}`).join('\n')}\n` +
        `Undo the change, or give this recipe a run of its own:  --run-dir DIR`,
    )
  }
  return status.status === 'done' ? 'done' : 'continue'
}

function alreadyThere(path: string, status: string, step: number, total: number): InputError {
  return new InputError(
    `${path} already holds a run (${status}, step ${step} of ${total}). Three ways out:\n` +
      '  go on with it          --resume=auto\n' +
      '  keep it, run beside it --run-dir OTHER\n' +
      `  begin anew             rm -r ${path}`,
  )
}

/** As it reads back from recipe.yaml: no undefined values. */
function plain(recipe: object): Record<string, unknown> {
  return JSON.parse(JSON.stringify(recipe)) as Record<string, unknown>
}

function changedKeys(before: Record<string, unknown>, after: Record<string, unknown>): string[] {
  return differences(before, after, '').filter((line) => !mayChange.has(line.split(/[.[:]/)[0]))
}

function differences(before: unknown, after: unknown, path: string): string[] {
  if (isDeepStrictEqual(before, after)) return []
  if (!isObject(before) || !isObject(after)) return [`${path}: was ${show(before)}, is ${show(after)}`]
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return keys.flatMap((key) => {
    const place = Array.isArray(after) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`
    return differences(before[key], after[key], place)
  })
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function show(value: unknown): string {
  return value === undefined ? 'absent' : JSON.stringify(value)
}
