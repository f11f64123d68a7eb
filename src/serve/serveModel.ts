import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { InputError } from '../lib/InputError.js'
import { answerChat } from './answerChat.js'
import { answerCompletion } from './answerCompletion.js'
import { ApiError } from './ApiError.js'
import type { Exchange } from './Exchange.js'
import { keysEqual } from './keysEqual.js'
import { readBody } from './readBody.js'
import { sendJson } from './sendJson.js'
import type { ServedModel } from './ServedModel.js'
import type { ServeLimits } from './ServeLimits.js'

export interface ServeOptions {
  readonly model: ServedModel
  readonly host: string
  /** 0: any that is free. */
  readonly port: number
  /** What clients must send as their bearer token; null: nobody is asked. */
  readonly key: string | null
  readonly limits: ServeLimits
  /** One line for each request that ended. */
  readonly onRequest: (line: { method: string; path: string; status: number; durationMs: number }) => void
}

export interface RunningServer {
  /** E.g. http://127.0.0.1:8000/v1 */
  readonly url: string
  /** Takes no more requests, lets those in the making end for at most graceMs, then cuts them off. */
  close(graceMs: number): Promise<void>
}

/** A client has this long to send its request: idle connections must not pile up. */
const requestTimeoutMs = 60_000

/**
 * An OpenAI-compatible server over our engine: /v1/chat/completions, /v1/completions, /v1/models, /health.
 *
 * Whatever name of a model a request carries, this model answers, and the response says its name.
 *
 * @throws InputError where the address cannot be listened on
 */
export async function serveModel(options: ServeOptions): Promise<RunningServer> {
  const { model, limits } = options
  const stopping = new AbortController()
  let closing = false
  let sequences = 0

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '/').replace(/[?#].*$/, '').replace(/(?<=.)\/$/, '')
    const route = routes[path]
    if (route === undefined) throw new ApiError(404, `${path}: no such endpoint; there are ${known}`)
    if (request.method !== route.method) {
      throw new ApiError(405, `${path} takes ${route.method}`, { headers: { allow: route.method } })
    }
    if (path === '/health') return sendJson(response, closing ? 503 : 200, health())
    requireKey(request)
    if (path === '/v1/models') return sendJson(response, 200, { object: 'list', data: [describe(model)] })
    if (closing) throw new ApiError(503, 'the server is shutting down', { headers: { 'retry-after': '5' } })
    const left = new AbortController()
    response.once('close', () => left.abort(new Error('the client left')))
    let reserved = 0
    const exchange: Exchange = {
      model,
      limits,
      body: await readBody(request, limits.maxBodyBytes),
      response,
      id: `${route.prefix}-${randomUUID().replaceAll('-', '')}`,
      signal: AbortSignal.any([left.signal, stopping.signal]),
      reserve: (completions) => {
        requireRoom(completions)
        sequences += reserved = completions
      },
    }
    try {
      await (path === '/v1/completions' ? answerCompletion(exchange) : answerChat(exchange))
    } finally {
      sequences -= reserved
    }
  }

  function health() {
    return { status: closing ? 'stopping' : 'ok', model: model.id, completions: sequences }
  }

  function requireKey(request: IncomingMessage): void {
    if (options.key === null) return
    const given = /^bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1]
    if (given === undefined || !keysEqual(given, options.key)) {
      throw new ApiError(401, 'a key is needed: send it as  Authorization: Bearer KEY', {
        code: 'invalid_api_key',
        headers: { 'www-authenticate': 'Bearer' },
      })
    }
  }

  function requireRoom(completions: number): void {
    if (completions > limits.maxCompletions) {
      throw new ApiError(400, `${completions} completions were asked for; a request may have ${limits.maxCompletions}`)
    }
    if (sequences > 0 && sequences + completions > limits.maxSequences) {
      throw new ApiError(429, `${sequences} completions are in the making; try again`, {
        headers: { 'retry-after': '1' },
      })
    }
  }

  const server = createServer(async (request, response) => {
    const started = performance.now()
    response.once('close', () => {
      const { method = '', url = '' } = request
      const status = response.writableFinished ? response.statusCode : 499
      options.onRequest({ method, path: url, status, durationMs: performance.now() - started })
    })
    try {
      await answer(request, response)
    } catch (error) {
      sendError(request, response, error, stopping.signal.aborted)
    }
  })
  server.requestTimeout = requestTimeoutMs
  await listen(server, options)

  return {
    url: `http://${addressOf(server)}/v1`,
    close: async (graceMs) => {
      closing = true
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeIdleConnections()
      const cut = setTimeout(() => {
        stopping.abort(new Error('the server is shutting down'))
        setTimeout(() => server.closeAllConnections(), 200).unref()
      }, graceMs)
      await closed
      clearTimeout(cut)
    },
  }
}

const routes: Readonly<Record<string, { readonly method: string; readonly prefix: string } | undefined>> = {
  '/v1/chat/completions': { method: 'POST', prefix: 'chatcmpl' },
  '/v1/completions': { method: 'POST', prefix: 'cmpl' },
  '/v1/models': { method: 'GET', prefix: '' },
  '/health': { method: 'GET', prefix: '' },
}
const known = Object.keys(routes).join(', ')

function describe({ id, created, capabilities }: ServedModel) {
  return { id, object: 'model', created, owned_by: 'fintune', max_model_len: capabilities.maxLength }
}

/** An error as JSON, or as the stream's last event where it had begun. */
function sendError(request: IncomingMessage, response: ServerResponse, error: unknown, stopping: boolean): void {
  if (response.destroyed) return
  const told =
    error instanceof ApiError
      ? error
      : new ApiError(stopping ? 503 : 500, stopping ? 'the server is shutting down' : (error as Error).message)
  if (response.headersSent) {
    response.end(`data: ${JSON.stringify(told)}\n\n`)
    return
  }
  // What is left of a refused body would be read as the next request.
  const close: Record<string, string> = request.complete ? {} : { connection: 'close' }
  sendJson(response, told.status, told, { ...told.details.headers, ...close })
}

async function listen(server: Server, { host, port }: ServeOptions): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, host, resolve)
    })
  } catch (error) {
    throw new InputError(
      `${host}:${port} cannot be listened on (${(error as Error).message}). Choose another:  --port 0 takes any that is free`,
      { cause: error },
    )
  }
}

function addressOf(server: Server): string {
  const { address, family, port } = server.address() as AddressInfo
  return family === 'IPv6' ? `[${address}]:${port}` : `${address}:${port}`
}
