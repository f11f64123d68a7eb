import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export interface HubServer {
  readonly url: string
  /** `METHOD path` of each request so far. */
  readonly requests: string[]
  /** Each request's authorization header. */
  readonly authorizations: (string | undefined)[]
}

export interface HubBehaviour {
  /** Refuses whoever does not bring it. */
  readonly token?: string
  /** Sends this instead of a file's bytes (a damaged transfer). */
  readonly damage?: Readonly<Record<string, Buffer>>
  /** Files kept as git-lfs objects: their listing carries a SHA-256. */
  readonly large?: readonly string[]
  /** Breaks the connection in the middle of this file, the first time. */
  readonly breakOnce?: string
}

export const COMMIT = '0123456789abcdef0123456789abcdef01234567'

/** The few routes of the hub that its JavaScript library uses to fetch a model, for one repository, on the loopback interface. */
export async function startHubServer(
  name: string,
  files: Readonly<Record<string, Buffer>>,
  behaviour: HubBehaviour = {},
): Promise<HubServer> {
  const requests: string[] = []
  const authorizations: (string | undefined)[] = []
  const broken = new Set<string>()
  const server = createServer((request, response) => {
    void (async () => {
      const path = decodeURIComponent(new URL(request.url ?? '/', 'http://hub').pathname)
      requests.push(`${request.method} ${path}`)
      authorizations.push(request.headers.authorization)
      const body = await readBody(request)
      if (behaviour.token && request.headers.authorization !== `Bearer ${behaviour.token}`)
        return json(response, 401, { error: `Invalid credentials: ${request.headers.authorization}` })
      if (path === `/api/models/${name}/revision/main`) return json(response, 200, { id: name, sha: COMMIT })
      if (path === `/api/models/${name}/tree/${COMMIT}`) return json(response, 200, Object.keys(files).map(entry))
      if (path === `/api/models/${name}/paths-info/${COMMIT}`)
        return json(response, 200, (JSON.parse(body) as { paths: string[] }).paths.filter((p) => p in files).map(entry))
      const file = path.slice(`/${name}/resolve/${COMMIT}/`.length)
      if (path.startsWith(`/${name}/resolve/${COMMIT}/`) && file in files) return send(request, response, file)
      return json(response, 404, { error: 'Repository not found' })
    })()
  })
  const entry = (path: string) => ({
    type: 'file',
    path,
    size: files[path].length,
    oid: createHash('sha1').update(files[path]).digest('hex'),
    ...(behaviour.large?.includes(path) && {
      lfs: { oid: createHash('sha256').update(files[path]).digest('hex'), size: files[path].length, pointerSize: 130 },
    }),
    lastCommit: { id: COMMIT, title: 'add files', date: '2026-01-01T00:00:00.000Z' },
  })
  const send = (request: IncomingMessage, response: ServerResponse, file: string): void => {
    const content = behaviour.damage?.[file] ?? files[file]
    const [first, last] = /bytes=(\d+)-(\d+)/
      .exec(request.headers.range ?? '')
      ?.slice(1)
      .map(Number) ?? [0, content.length - 1]
    const part = content.subarray(first, last + 1)
    response.writeHead(206, {
      'content-length': part.length,
      'content-range': `bytes ${first}-${last}/${files[file].length}`,
      etag: `"${entry(file).oid}"`,
    })
    if (behaviour.breakOnce === file && part.length > 1 && !broken.has(file)) {
      broken.add(file)
      response.write(part.subarray(0, part.length >> 1), () => response.destroy())
    } else response.end(part)
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests, authorizations }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body))
}
