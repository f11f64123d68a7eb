import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { InputError } from '../../lib/InputError.js'
import { TINKER_STATE_FILE, type TinkerState } from './TinkerState.js'

/** @throws InputError where a checkpoint is not a Tinker server's, or was made on another base model or with another rank */
export async function readTinkerState(
  directory: string,
  wanted: Pick<TinkerState, 'baseModel' | 'rank'>,
): Promise<TinkerState> {
  const file = join(directory, TINKER_STATE_FILE)
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new InputError(`${file}: cannot be read; this checkpoint was not made by a Tinker server`, { cause })
  })
  const state = JSON.parse(text) as TinkerState
  for (const key of ['baseModel', 'rank'] as const) {
    if (state[key] === wanted[key]) continue
    throw new InputError(`${file}: was made with ${key} ${state[key]}; the recipe has ${wanted[key]}. Put it back.`)
  }
  return state
}
