import { join } from 'node:path'
import { InputError } from '../lib/InputError.js'
import { RunDirectory } from './RunDirectory.js'

/**
 * The run that a command names: its directory, or its name beneath checkpoints/.
 *
 * @throws InputError where there is none
 */
export function openRun(run: string): RunDirectory {
  const found = [run, join('checkpoints', run)].map((path) => new RunDirectory(path)).find(({ exists }) => exists)
  if (found) return found
  throw new InputError(`${run} holds no run (no run.json). List those there are:  fintune runs`)
}
