import { crc32 } from './crc32.js'
import { inflateRawSync } from 'node:zlib'

const END = 0x06054b50
const ENTRY = 0x02014b50

/**
 * One member of a zip archive (stored or deflated, no zip64), its checksum verified.
 *
 * @throws Error that says what is wrong with the archive
 * @see APPNOTE.TXT 4.3
 */
export function readZip(archive: Buffer, member: string): Buffer {
  let end = archive.length - 22
  while (end >= 0 && archive.readUInt32LE(end) !== END) end--
  if (end < 0) throw new Error('it is no zip archive, or a cut-off one')
  let at = archive.readUInt32LE(end + 16)
  for (let left = archive.readUInt16LE(end + 10); left > 0; left--) {
    if (archive.readUInt32LE(at) !== ENTRY) throw new Error('its directory is damaged')
    const lengths = [28, 30, 32].map((offset) => archive.readUInt16LE(at + offset))
    if (archive.toString('utf8', at + 46, at + 46 + lengths[0]) === member) return unpack(archive, at)
    at += 46 + lengths[0] + lengths[1] + lengths[2]
  }
  throw new Error(`it has no ${member}`)
}

/** @param at the member's entry in the central directory */
function unpack(archive: Buffer, at: number): Buffer {
  const method = archive.readUInt16LE(at + 10)
  const sum = archive.readUInt32LE(at + 16)
  const size = archive.readUInt32LE(at + 20)
  const local = archive.readUInt32LE(at + 42)
  const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28)
  const packed = archive.subarray(start, start + size)
  if (method !== 0 && method !== 8) throw new Error(`a member is packed by method ${method}; 0 and 8 are known`)
  const bytes = method === 0 ? packed : inflateRawSync(packed)
  if (crc32(bytes) !== sum) throw new Error('a checksum does not match')
  return bytes
}
