import { resolve } from 'node:path'
import { sha256File } from '../lib/sha256File.js'
import type { DataProblem } from './DataError.js'
import type { DataSource } from './DataSource.js'
import type { Example } from './Example.js'
import { makePairs } from './makePairs.js'
import { makeSyntheticExamples } from './makeSyntheticExamples.js'
import { makeSyntheticTexts } from './makeSyntheticTexts.js'
import { readMessages } from './readMessages.js'
import { readQuestionFile } from './readQuestionFile.js'
import { readTokens } from './readTokens.js'

/** A source's examples, the files they come from (for run.json) and the entries left out. */
export interface OpenedSource {
  readonly examples: Example[]
  readonly files: { readonly path: string; readonly sha256: string; readonly examples: number }[]
  readonly malformed: DataProblem[]
}

/**
 * Reads or makes the examples of a data source.
 *
 * @param options baseDir: what relative paths start from (default: the working directory); limit: at most so many, beside
 *                the source's own limit
 * @throws DataError when a file cannot be read, holds no example, or too many malformed ones
 */
export async function openDataSource(
  source: DataSource,
  options: { readonly baseDir?: string; readonly limit?: number } = {},
): Promise<OpenedSource> {
  const limit = Math.min(options.limit ?? Infinity, 'limit' in source ? (source.limit ?? Infinity) : Infinity)
  if (!('path' in source)) return { examples: await makeExamples(source, limit), files: [], malformed: [] }
  const path = resolve(options.baseDir ?? '.', source.path)
  const { examples, malformed } = await readFileSource(source, path)
  const taken = examples.slice(0, limit)
  return {
    examples: taken,
    files: [{ path: source.path, sha256: await sha256File(path), examples: taken.length }],
    malformed,
  }
}

type FileSource = Extract<DataSource, { path: string }>
type MadeSource = Exclude<DataSource, { path: string }>

async function readFileSource(
  source: FileSource,
  path: string,
): Promise<{ examples: Example[]; malformed: DataProblem[] }> {
  if (source.type === 'messages') return { examples: await readMessages(path), malformed: [] }
  if (source.type === 'tokens') return { examples: await readTokens(path), malformed: [] }
  const conversations = source.type === 'convfinqa' ? source : undefined
  return readQuestionFile({ format: source.type, path, conversations, maxMalformedShare: source.maxMalformedShare })
}

async function makeExamples(source: MadeSource, limit: number): Promise<Example[]> {
  const options = { ...source, seed: source.seed ?? 0, examples: Math.min(source.examples, limit) }
  if (source.type === 'synthetic') return makeSyntheticExamples(options)
  if (source.type === 'synthetic-text') return makeSyntheticTexts(options)
  return makePairs(options)
}
