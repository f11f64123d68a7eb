import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { InputError } from '../../lib/InputError.js'
import { sha256File } from '../../lib/sha256File.js'
import { writeFileAtomic } from '../../lib/writeFileAtomic.js'
import { DownloadError } from './DownloadError.js'
import { downloadFile } from './downloadFile.js'
import { fetchChecksums, type Checksums } from './fetchChecksums.js'
import { officialBase, officialFiles, type OfficialFile } from './officialFiles.js'
import { readZip } from './readZip.js'

/** A file that lies in the directory now. */
export interface GottenFile {
  readonly name: string
  readonly size: number
  readonly sha256: string
  readonly examples: number
  /** False where it lay there before, unchanged. */
  readonly fetched: boolean
}

const RECORD = 'sha256.json'

/**
 * Fetches FinQA's or ConvFinQA's official files into a directory.
 *
 * The authors publish no hashes, so a file is checked by what is known: the bytes the server announced, whole JSON, the
 * number of examples the authors state, and size and SHA-256 where the server has a `sha256.json` beside the files (a
 * mirror's). What came is recorded in the directory's own sha256.json, against which the next call checks: a file that
 * still has its hash is not fetched again.
 *
 * @param base default FINTUNE_DATA_URL, else the authors' repositories
 * @throws DownloadError; InputError when a file that was there has changed since, or the directory cannot be made
 */
export async function getDataset(
  dataset: 'finqa' | 'convfinqa',
  directory: string,
  options: {
    readonly base?: string
    readonly files?: readonly OfficialFile[]
    readonly onProgress?: (name: string, bytes: number, total: number | null) => void
  } = {},
): Promise<GottenFile[]> {
  const base = (options.base ?? process.env.FINTUNE_DATA_URL ?? officialBase).replace(/\/+$/, '')
  await mkdir(directory, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    throw new InputError(`${directory}: cannot be made (${error.code}). Choose another with --to.`)
  })
  const record = new Map(Object.entries(await readRecord(directory)))
  const gotten: GottenFile[] = []
  for (const file of options.files ?? officialFiles[dataset]) {
    const there = await present(file, directory, record)
    const files = there ?? (await fetchFile(file, directory, base, options.onProgress))
    for (const { name, size, sha256, examples } of files) record.set(name, { size, sha256, examples })
    await writeFileAtomic(join(directory, RECORD), `${JSON.stringify(Object.fromEntries(record), null, 2)}\n`)
    gotten.push(...files)
  }
  return gotten
}

type Recorded = Omit<GottenFile, 'name' | 'fetched'>

async function readRecord(directory: string): Promise<Record<string, Recorded>> {
  const text = await readFile(join(directory, RECORD), 'utf8').catch(() => '{}')
  try {
    return JSON.parse(text) as Record<string, Recorded>
  } catch {
    throw new InputError(`${join(directory, RECORD)}: is not whole JSON. Remove it to fetch the files again.`)
  }
}

/** The file's parts where all of them lie there with the hash they came with; undefined where one is missing. */
async function present(
  { keeps }: OfficialFile,
  directory: string,
  record: ReadonlyMap<string, Recorded>,
): Promise<GottenFile[] | undefined> {
  const found: GottenFile[] = []
  for (const { name } of keeps) {
    const [known, sha256] = [record.get(name), await sha256File(join(directory, name)).catch(() => undefined)]
    if (known === undefined || sha256 === undefined) return undefined
    if (known.sha256 !== sha256)
      throw new InputError(`${join(directory, name)}: has changed since it was fetched. Remove it to fetch it again.`)
    found.push({ name, ...known, fetched: false })
  }
  return found
}

async function fetchFile(
  file: OfficialFile,
  directory: string,
  base: string,
  onProgress: (name: string, bytes: number, total: number | null) => void = () => {},
): Promise<GottenFile[]> {
  const url = `${base}/${file.path}`
  const name = file.path.split('/').at(-1) as string
  const path = join(directory, `.${name}.download`)
  const checksums = base === officialBase ? {} : await fetchChecksums(url)
  await downloadFile(url, path, (bytes, total) => onProgress(name, bytes, total))
  try {
    const bytes = await readFile(path)
    requireSame(url, name, { size: bytes.length, sha256: await sha256File(path) }, checksums)
    return await Promise.all(file.keeps.map((part) => keep(url, part, bytes, directory, checksums)))
  } finally {
    await rm(path, { force: true }) // complete: a second fetch of a wrong file would bring the same
  }
}

async function keep(
  url: string,
  part: OfficialFile['keeps'][number],
  bytes: Buffer,
  directory: string,
  checksums: Checksums,
): Promise<GottenFile> {
  const content = part.member === undefined ? bytes : member(url, bytes, part.member)
  const examples = countExamples(url, part.name, content)
  if (part.examples !== undefined && examples !== part.examples)
    throw new DownloadError(url, `${part.name} holds ${examples} examples; the published one has ${part.examples}`)
  const path = join(directory, part.name)
  await writeFileAtomic(path, content)
  const sha256 = await sha256File(path)
  if (part.member !== undefined) requireSame(url, part.name, { size: content.length, sha256 }, checksums)
  return { name: part.name, size: content.length, sha256, examples, fetched: true }
}

function member(url: string, archive: Buffer, name: string): Buffer {
  try {
    return readZip(archive, name)
  } catch (error) {
    throw new DownloadError(url, (error as Error).message)
  }
}

function countExamples(url: string, name: string, content: Buffer): number {
  try {
    const entries = JSON.parse(content.toString('utf8')) as unknown
    if (Array.isArray(entries)) return entries.length
  } catch {
    throw new DownloadError(url, `${name} is not whole JSON`)
  }
  throw new DownloadError(url, `${name} is not a list of examples`)
}

function requireSame(url: string, name: string, found: { size: number; sha256: string }, checksums: Checksums): void {
  const known = checksums[name]
  if (known === undefined || (known.sha256 === found.sha256 && (known.size ?? found.size) === found.size)) return
  const size = known.size === undefined ? '' : `${known.size} bytes, `
  throw new DownloadError(
    url,
    `${name} has ${found.size} bytes, sha256 ${found.sha256}; its sha256.json says ${size}sha256 ${known.sha256}`,
  )
}
