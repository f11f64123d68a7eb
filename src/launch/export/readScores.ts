import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RunDirectory } from '../../checkpoint/RunDirectory.js'
import type { ResultFile } from '../ResultFile.js'

/** The evaluations of a finished run; empty where there are none (yet). */
export async function readScores(run: RunDirectory): Promise<ResultFile['rows']> {
  const text = await readFile(join(run.path, 'result.json'), 'utf8').catch(() => null)
  return text === null ? [] : (JSON.parse(text) as ResultFile).rows
}
