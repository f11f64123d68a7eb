import { InputError } from '../../lib/InputError.js'
import { serveModel } from '../../serve/serveModel.js'
import { openCommandModel } from '../openCommandModel.js'
import { print } from '../print.js'
import { stopSignal } from '../stopSignal.js'

export interface RunServerOptions {
  readonly host: string
  readonly port: number
  readonly name?: string
  readonly apiKeyEnv?: string
  readonly adapter?: string
  readonly backend: 'auto' | 'native' | 'tensorflow' | 'wasm' | 'cpu'
  readonly threads: number | 'auto'
  readonly maxTokens: number
  readonly maxCompletions: number
  readonly maxSequences: number
  readonly maxBodyBytes: number
  readonly graceSeconds: number
  readonly json: boolean
}

/**
 * Serves a model until a signal comes, then lets the requests in the making end.
 *
 * @throws InputError for a model without a tokenizer, a key that is not set, an address that cannot be listened on
 */
export async function runServer(name: string, options: RunServerOptions): Promise<void> {
  const key = readKey(options.apiKeyEnv)
  const { engine, tokenizer, directory } = await openCommandModel(name, options)
  try {
    if (tokenizer === null) throw new InputError(`${directory}: no tokenizer.json, so texts cannot be read or written`)
    const capabilities = engine.capabilities()
    const id = options.name ?? name
    const model = { id, capabilities, sampler: engine.createSampler(), tokenizer, created: Math.floor(Date.now() / 1000) } // prettier-ignore
    const server = await serveModel({
      model,
      host: options.host,
      port: options.port,
      key,
      limits: options,
      onRequest: ({ method, path, status, durationMs }) =>
        process.stderr.write(`${method} ${path} ${status} ${Math.round(durationMs)} ms\n`),
    })
    if (options.json) print({ url: server.url, model: id })
    process.stderr.write(`${id} (${capabilities.backend} ${capabilities.kernels}) answers at ${server.url}\n`)
    await stopped()
    await server.close(options.graceSeconds * 1000)
  } finally {
    await engine.close()
  }
}

function readKey(variable: string | undefined): string | null {
  if (variable === undefined) return null
  const key = process.env[variable]
  if (key) return key
  throw new InputError(`--api-key-env: the environment variable ${variable} is not set. Set it:  export ${variable}=…`)
}

function stopped(): Promise<void> {
  if (stopSignal.aborted) return Promise.resolve()
  return new Promise((resolve) => stopSignal.addEventListener('abort', () => resolve(), { once: true }))
}
