/**
 * The plain files of a tar archive (ustar; pax headers are passed over), by their name without folders.
 * @throws RangeError where the archive is cut off
 */
export function untar(archive: Uint8Array): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>()
  const text = (start: number, length: number) =>
    new TextDecoder().decode(archive.subarray(start, start + length)).replace(/\0[\s\S]*$/, '')
  for (let at = 0; at + 512 <= archive.length && archive[at] !== 0;) {
    const size = parseInt(text(at + 124, 12).trim(), 8)
    const type = text(at + 156, 1)
    const end = at + 512 + size
    if (!Number.isSafeInteger(size) || end > archive.length) throw new RangeError('the archive is cut off')
    if (type === '' || type === '0') files.set(text(at, 100).split('/').at(-1)!, archive.subarray(at + 512, end))
    at += 512 + Math.ceil(size / 512) * 512
  }
  return files
}
