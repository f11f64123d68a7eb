import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateRawSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { InputError } from '../../src/lib/InputError.js'
import { crc32 } from '../../src/data/get/crc32.js'
import { DownloadError } from '../../src/data/get/DownloadError.js'
import { downloadFile } from '../../src/data/get/downloadFile.js'
import { getDataset } from '../../src/data/get/getDataset.js'
import type { OfficialFile } from '../../src/data/get/officialFiles.js'
import { readZip } from '../../src/data/get/readZip.js'

const sha256 = (content: string | Buffer) => createHash('sha256').update(content).digest('hex')

/** A server on the loopback that breaks the connection after so many bytes, so many times. */
let files: Record<string, Buffer>
let requests: { url: string; range?: string; ifRange?: string }[]
let breaks: { afterBytes: number; times: number }
let version: string

function serve(request: IncomingMessage, response: ServerResponse): void {
  const { range, 'if-range': ifRange } = request.headers
  requests.push({ url: request.url as string, range, ifRange: ifRange as string | undefined })
  const content = files[request.url as string]
  if (content === undefined) return void response.writeHead(404).end()
  const start = range !== undefined && ifRange === version ? Number(/\d+/.exec(range)?.[0]) : 0
  if (start >= content.length) return void response.writeHead(416).end()
  const body = content.subarray(start)
  const headers = { 'content-length': body.length, etag: version }
  response.writeHead(start > 0 ? 206 : 200, headers)
  if (breaks.times === 0) return void response.end(body)
  breaks.times--
  response.write(body.subarray(0, breaks.afterBytes), () => setTimeout(() => response.destroy(), 300))
}

const server = createServer(serve)
let base: string
let directory: string
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => new Promise((resolve) => server.close(resolve)))
beforeEach(async () => {
  if (directory) await rm(directory, { recursive: true })
  directory = await mkdtemp(join(tmpdir(), 'fintune-get-'))
  files = {}
  requests = []
  breaks = { afterBytes: 0, times: 0 }
  version = '"one"'
})
afterAll(() => rm(directory, { recursive: true }))

const entries = JSON.stringify(Array.from({ length: 50 }, (_, id) => ({ id, text: 'x'.repeat(200) })))
const plan: OfficialFile[] = [{ path: 'set/train.json', keeps: [{ name: 'train.json', examples: 50 }] }]
const get = (files: readonly OfficialFile[] = plan) => getDataset('finqa', directory, { base, files })
const there = (name: string) => readFile(join(directory, name), 'utf8')

test('fetches, checks, records, and does not fetch again', async () => {
  files['/set/train.json'] = Buffer.from(entries)
  const expected = { name: 'train.json', size: entries.length, sha256: sha256(entries), examples: 50 }
  expect(await get()).toEqual([{ ...expected, fetched: true }])
  expect(await there('train.json')).toBe(entries)
  expect((await readdir(directory)).sort()).toEqual(['sha256.json', 'train.json'])
  requests = []
  expect(await get()).toEqual([{ ...expected, fetched: false }])
  expect(requests).toEqual([])
})

test('a broken transfer goes on where it stopped', async () => {
  files['/set/train.json'] = Buffer.from(entries)
  breaks = { afterBytes: 4000, times: 2 }
  await get()
  expect(await there('train.json')).toBe(entries)
  const ranges = requests.filter(({ url }) => url.endsWith('train.json')).map(({ range }) => range)
  expect(ranges).toEqual([undefined, 'bytes=4000-', 'bytes=8000-'])
})

test('a part of an earlier call is gone on with, unless the file has changed since', async () => {
  const path = join(directory, 'a')
  files['/a'] = Buffer.from('0123456789')
  const state = JSON.stringify({ url: `${base}/a`, validator: '"one"' })
  await writeFile(`${path}.part`, '01234')
  await writeFile(`${path}.part.json`, state)
  await downloadFile(`${base}/a`, path)
  expect(await there('a')).toBe('0123456789')
  expect(requests).toEqual([{ url: '/a', range: 'bytes=5-', ifRange: '"one"' }])

  version = '"two"'
  files['/a'] = Buffer.from('abcdefghij')
  await writeFile(`${path}.part`, '01234')
  await writeFile(`${path}.part.json`, state)
  await downloadFile(`${base}/a`, path)
  expect(await there('a')).toBe('abcdefghij')
})

test('a server that keeps breaking off is an error, and the part stays for the next try', async () => {
  files['/a'] = Buffer.from('0123456789')
  breaks = { afterBytes: 0, times: 100 }
  await expect(downloadFile(`${base}/a`, join(directory, 'a'))).rejects.toThrow(DownloadError)
  expect(await readdir(directory)).not.toContain('a')
})

describe('what is not as it should be is refused, and leaves no file', () => {
  const refused = async (reason: string | RegExp) => {
    await expect(get()).rejects.toThrow(reason)
    expect((await readdir(directory)).filter((name) => name !== 'sha256.json')).toEqual([])
  }
  test('not there', () => refused('the server answers 404'))
  test('another number of examples', async () => {
    files['/set/train.json'] = Buffer.from('[{}]')
    await refused('holds 1 examples; the published one has 50')
  })
  test('no JSON', async () => {
    files['/set/train.json'] = Buffer.from('<html>')
    await refused('not whole JSON')
  })
  test('another hash than the mirror says', async () => {
    files['/set/train.json'] = Buffer.from(entries)
    files['/set/sha256.json'] = Buffer.from(JSON.stringify({ 'train.json': { size: 5, sha256: 'f'.repeat(64) } }))
    await refused(/sha256 [0-9a-f]{64}; its sha256.json says 5 bytes, sha256 f{64}/)
  })
  test('a record of another form', async () => {
    files['/set/train.json'] = Buffer.from(entries)
    files['/set/sha256.json'] = Buffer.from('{"train.json": 5}')
    await refused('is not of the form')
  })
})

test('a file that has changed on disk is not overwritten', async () => {
  files['/set/train.json'] = Buffer.from(entries)
  await get()
  await writeFile(join(directory, 'train.json'), '[]')
  await expect(get()).rejects.toThrow(InputError)
  expect(await there('train.json')).toBe('[]')
})

test('no connection: says so, and names the way out', async () => {
  const gone = getDataset('finqa', directory, { base: 'http://127.0.0.1:9', files: plan })
  await expect(gone).rejects.toThrow(/FINTUNE_DATA_URL/)
})

describe('archives', () => {
  const archive = zip({ 'data/train.json': entries, 'data/dev.json': '[1, 2]' })
  const members: OfficialFile[] = [
    {
      path: 'set/data.zip',
      keeps: [
        { name: 'train.json', member: 'data/train.json', examples: 50 },
        { name: 'dev.json', member: 'data/dev.json' },
      ],
    },
  ]
  test('their members are kept', async () => {
    files['/set/data.zip'] = archive
    await get(members)
    expect(await there('train.json')).toBe(entries)
    expect(await there('dev.json')).toBe('[1, 2]')
    expect((await readdir(directory)).sort()).toEqual(['dev.json', 'sha256.json', 'train.json'])
  })
  test('a member that is missing, a flipped bit, a cut-off archive', () => {
    expect(() => readZip(archive, 'data/test.json')).toThrow('has no data/test.json')
    const flipped = Buffer.from(archive)
    flipped[flipped.indexOf('[1, 2]') + 1] ^= 1
    expect(() => readZip(flipped, 'data/dev.json')).toThrow('checksum')
    expect(() => readZip(archive.subarray(0, 300), 'data/dev.json')).toThrow('cut-off')
  })
})

test('crc32: the check value of the standard', () => expect(crc32(Buffer.from('123456789'))).toBe(0xcbf43926))

/** A zip archive; what does not get shorter is stored. */
function zip(members: Record<string, string>): Buffer {
  const locals: Buffer[] = []
  const central: Buffer[] = []
  let offset = 0
  for (const [name, text] of Object.entries(members)) {
    const [plain, deflated] = [Buffer.from(text), deflateRawSync(text)]
    const packed = deflated.length < plain.length ? deflated : plain
    const common = Buffer.alloc(26)
    common.writeUInt16LE(packed === plain ? 0 : 8, 4)
    common.writeUInt32LE(crc32(plain), 10)
    common.writeUInt32LE(packed.length, 14)
    common.writeUInt32LE(plain.length, 18)
    common.writeUInt16LE(name.length, 22)
    const local = Buffer.concat([Buffer.from([0x50, 0x4b, 3, 4]), common, Buffer.from(name), packed])
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE(offset, 10)
    central.push(Buffer.concat([Buffer.from([0x50, 0x4b, 1, 2, 0, 0]), common, rest, Buffer.from(name)]))
    locals.push(local)
    offset += local.length
  }
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(central.length, 8)
  end.writeUInt16LE(central.length, 10)
  end.writeUInt32LE(Buffer.concat(central).length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...locals, ...central, end])
}
