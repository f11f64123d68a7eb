import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { RunDirectory } from '../../checkpoint/RunDirectory.js'
import { writeFileAtomic } from '../../lib/writeFileAtomic.js'
import { writeJobRecipe } from '../jobs/writeJobRecipe.js'
import { requireResumable } from '../requireResumable.js'
import type { SweepPlan } from './SweepPlan.js'

/**
 * Writes a sweep's folder: sweep.json, and every run's recipe. Runs that are there already go on.
 *
 * @throws InputError, before anything is written, where a run's directory holds another recipe's run
 */
export async function prepareSweep({ directory, runs }: SweepPlan, from: string): Promise<void> {
  for (const run of runs) requireResumable(new RunDirectory(run.directory), run.recipe, 'auto')
  await mkdir(directory, { recursive: true })
  for (const run of runs) await writeJobRecipe(run.recipe, run.directory, from)
  const content = {
    schema: 'fintune.sweep/1',
    recipe: from,
    runs: runs.map((run) => ({ directory: run.directory, values: run.values })),
  }
  await writeFileAtomic(join(directory, 'sweep.json'), JSON.stringify(content, null, 2) + '\n')
}
