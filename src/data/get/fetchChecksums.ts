import { DownloadError } from './DownloadError.js'

/** Size and hash by file name. */
export type Checksums = Readonly<Record<string, { readonly size?: number; readonly sha256: string } | undefined>>

/**
 * The `sha256.json` beside a file, `{"train.json": {"size", "sha256"}, …}`; nothing where the server has none.
 *
 * @throws DownloadError when there is one that is not of this form, or the server cannot be reached
 */
export async function fetchChecksums(fileUrl: string): Promise<Checksums> {
  const url = fileUrl.replace(/[^/]*$/, 'sha256.json')
  const response = await fetch(url).catch((error: Error) => {
    const { message } = error.cause instanceof Error ? error.cause : error
    throw new DownloadError(url, `${message}. FINTUNE_DATA_URL names the server.`)
  })
  if (!response.ok) return {}
  const value = (await response.json().catch(() => undefined)) as unknown
  const entries = typeof value === 'object' && value !== null ? Object.values(value) : [undefined]
  if (entries.every((entry: { sha256?: unknown } | undefined) => typeof entry?.sha256 === 'string'))
    return value as Checksums
  throw new DownloadError(url, 'is not of the form {"train.json": {"size": 1, "sha256": "…"}}')
}
