import { writeChunksAtomic } from './writeChunksAtomic.js'

/** Writes a file so that a reader sees the old one or the whole new one (see writeChunksAtomic). */
export async function writeFileAtomic(path: string, content: string | Uint8Array): Promise<void> {
  await writeChunksAtomic(path, [typeof content === 'string' ? Buffer.from(content) : content])
}
