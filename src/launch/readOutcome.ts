import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RunDirectory } from '../checkpoint/RunDirectory.js'
import type { ResultFile } from './ResultFile.js'
import type { RunOutcome } from './RunReporter.js'

/** What a finished run came to, from its result.json. */
export async function readOutcome(run: RunDirectory): Promise<RunOutcome> {
  const { rows, comparisons } = JSON.parse(await readFile(join(run.path, 'result.json'), 'utf8')) as ResultFile
  return { directory: run.path, evaluations: rows, comparisons, ledger: run.readStatus()?.ledger }
}
