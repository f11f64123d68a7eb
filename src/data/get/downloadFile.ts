import { open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { DownloadError } from './DownloadError.js'

/** What a part belongs to: bytes of another version of the file must not be joined to it. */
interface PartState {
  readonly url: string
  readonly validator: string | null
}

const ATTEMPTS = 4

/**
 * Fetches a file. It grows as `<path>.part` and gets its name once it is complete; a broken transfer goes on where it
 * stopped (Range with If-Range), in this call and in the next one.
 *
 * @param onProgress bytes so far and, where the server says, in all
 * @throws DownloadError when the server refuses or the connection breaks again and again
 */
export async function downloadFile(
  url: string,
  path: string,
  onProgress: (bytes: number, total: number | null) => void = () => {},
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const before = await sizeOf(`${path}.part`)
    try {
      await transfer(url, path, onProgress)
      await rename(`${path}.part`, path)
      await rm(`${path}.part.json`, { force: true })
      return
    } catch (error) {
      if (error instanceof DownloadError) throw error
      const gained = (await sizeOf(`${path}.part`)) > before
      if (!gained && attempt >= ATTEMPTS) throw new DownloadError(url, describe(error as Error))
      if (gained) attempt = 0 // every byte gained is worth another try
      await new Promise((resolve) => setTimeout(resolve, 200 * attempt))
    }
  }
}

async function transfer(
  url: string,
  path: string,
  onProgress: (bytes: number, total: number | null) => void,
): Promise<void> {
  const { start, validator } = await partOf(url, path)
  const resume: Record<string, string> =
    start > 0 && validator ? { range: `bytes=${start}-`, 'if-range': validator } : {}
  // Bytes are counted and ranges joined: they must be those of the file, not of a compressed transfer.
  const response = await fetch(url, { headers: { 'accept-encoding': 'identity', ...resume }, redirect: 'follow' })
  if (response.status === 416) {
    await rm(`${path}.part`, { force: true })
    throw new Error('the server has no more bytes than we have: beginning again')
  }
  if (!response.ok || response.body === null) throw new DownloadError(url, `the server answers ${response.status}`)
  const from = response.status === 206 ? start : 0
  const length = Number(response.headers.get('content-length') ?? NaN)
  const total = Number.isNaN(length) ? null : from + length
  const state: PartState = { url, validator: validatorOf(response) }
  await writeFile(`${path}.part.json`, JSON.stringify(state))
  const written = await append(`${path}.part`, from, response.body, (bytes) => onProgress(bytes, total))
  if (total !== null && written !== total) throw new Error(`the connection broke after ${written} of ${total} bytes`)
}

async function append(
  path: string,
  from: number,
  body: AsyncIterable<Uint8Array>,
  onBytes: (bytes: number) => void,
): Promise<number> {
  const file = await open(path, from > 0 ? 'r+' : 'w')
  let at = from
  try {
    for await (const chunk of body) {
      await file.write(chunk, 0, chunk.length, at)
      at += chunk.length
      onBytes(at)
    }
  } finally {
    await file.sync()
    await file.close()
  }
  return at
}

async function partOf(url: string, path: string): Promise<{ start: number; validator: string | null }> {
  const text = await readFile(`${path}.part.json`, 'utf8').catch(() => '{}')
  const state = parse(text)
  return state.url === url
    ? { start: await sizeOf(`${path}.part`), validator: state.validator ?? null }
    : { start: 0, validator: null }
}

function parse(text: string): Partial<PartState> {
  try {
    return JSON.parse(text) as Partial<PartState>
  } catch {
    return {}
  }
}

/** A strong ETag or a date; without either a part cannot be known to belong to the same file. */
function validatorOf(response: Response): string | null {
  const tag = response.headers.get('etag')
  return tag !== null && !tag.startsWith('W/') ? tag : response.headers.get('last-modified')
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  )
}

function describe(error: Error): string {
  const cause = error.cause instanceof Error ? error.cause : error
  return `${cause.message}. Is there a connection? FINTUNE_DATA_URL names a mirror.`
}
