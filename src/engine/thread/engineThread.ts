// The thread that a local engine lives in: it makes the engine, then answers calls (createThreadEngine is the other end).
import { parentPort, workerData, type MessagePort } from 'node:worker_threads'
import { loadTokenizer } from '../../tokenizer/loadTokenizer.js'
import type { Tokenizer } from '../../tokenizer/Tokenizer.js'
import { withCancelFlag } from '../../ops/withCancelFlag.js'
import type { Engine, SampleParams, SamplePrompt } from '../Engine.js'
import { createLocalEngine } from '../local/createLocalEngine.js'
import { encodeError } from './encodeError.js'
import type { ThreadReply, ThreadRequest, ThreadStart } from './ThreadMessage.js'

const port = parentPort as MessagePort
const { options, cancel } = workerData as ThreadStart
const reply = (message: ThreadReply) => port.postMessage(message)
const aborts = new Map<number, AbortController>()
let tokenizer: Tokenizer | null = null

const decode = options.tokenizerDirectory === undefined ? undefined : (ids: readonly number[]) => tokenizer!.decode(ids)

async function run(engine: Engine, request: Extract<ThreadRequest, { type: 'call' }>): Promise<void> {
  const { id, method, args, cancellable } = request
  const controller = new AbortController()
  aborts.set(id, controller)
  try {
    const work = () => call(engine, request, args, controller.signal)
    reply({ type: 'result', id, result: await (cancellable ? withCancelFlag(cancel, work) : work()) })
    if (method === 'close') port.close()
  } catch (error) {
    reply({ type: 'error', id, error: encodeError(error) })
  } finally {
    aborts.delete(id)
  }
}

async function call(
  engine: Engine,
  { id, method }: Extract<ThreadRequest, { type: 'call' }>,
  args: readonly unknown[],
  signal: AbortSignal,
): Promise<unknown> {
  if (method === 'sample') {
    const [prompts, params] = args as [SamplePrompt[], SampleParams]
    if (params.stop.length > 0 && options.tokenizerDirectory !== undefined)
      tokenizer ??= await loadTokenizer(options.tokenizerDirectory)
    return engine.sample(prompts, { ...params, signal, onProgress: progressOf(id) })
  }
  return (engine[method] as (...given: unknown[]) => Promise<unknown>)(...args)
}

/** Tells the other thread now and then: a message for every token would cost it more than it is worth. */
function progressOf(id: number): NonNullable<SampleParams['onProgress']> {
  let last = 0
  return (done) => {
    if (performance.now() - last < 50) return
    last = performance.now()
    reply({ type: 'progress', id, done })
  }
}

try {
  const engine = await createLocalEngine({ ...options, decode })
  port.on('message', (request: ThreadRequest) => {
    if (request.type === 'abort') aborts.get(request.id)?.abort()
    else void run(engine, request)
  })
  reply({ type: 'ready', capabilities: engine.capabilities() })
} catch (error) {
  reply({ type: 'failed', error: encodeError(error) })
}
