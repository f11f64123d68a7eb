import { join } from 'node:path'
import { SHARE_ENV, Worker } from 'node:worker_threads'
import { FintuneError } from '../../lib/FintuneError.js'
import { packageRoot } from '../../lib/packageRoot.js'
import type { Engine, EngineCapabilities, SampleParams } from '../Engine.js'
import { decodeError } from './decodeError.js'
import type { ThreadEngineOptions } from './ThreadEngineOptions.js'
import type { EngineMethod, ThreadReply, ThreadRequest, ThreadStart } from './ThreadMessage.js'

interface Pending {
  readonly resolve: (result: unknown) => void
  readonly reject: (error: unknown) => void
  readonly onProgress?: SampleParams['onProgress']
}

/**
 * The local engine in a thread of its own, so that signals, a verifier's calls and the progress line are served while
 * kernels run. A call with a signal ends soon after it is aborted, also in the middle of a kernel (native backend).
 *
 * @throws what createLocalEngine throws
 */
export async function createThreadEngine(options: ThreadEngineOptions): Promise<Engine> {
  const cancel = new Int32Array(new SharedArrayBuffer(4))
  // Threads run compiled code: tests, which run the sources, start the thread from dist as well.
  const worker = new Worker(join(packageRoot(), 'dist', 'engine', 'thread', 'engineThread.js'), {
    workerData: { options, cancel } satisfies ThreadStart,
    execArgv: [],
    env: SHARE_ENV, // native libraries read the process's own
  })
  const pending = new Map<number, Pending>()
  let nextId = 0
  let closed = false
  let lost: Error | null = null

  const post = (request: ThreadRequest) => worker.postMessage(request)
  /** The process may end while nothing is asked of the thread, also where nobody closed the engine. */
  const settle = (id: number) => {
    const call = pending.get(id)
    pending.delete(id)
    if (pending.size === 0) worker.unref()
    return call
  }
  const loseAll = (error: Error) => {
    lost ??= error
    for (const id of [...pending.keys()]) settle(id)?.reject(lost)
  }
  const capabilities = await new Promise<EngineCapabilities>((resolve, reject) => {
    worker.on('message', (reply: ThreadReply) => {
      if (reply.type === 'ready') resolve(reply.capabilities)
      else if (reply.type === 'failed') reject(decodeError(reply.error))
      else if (reply.type === 'result') settle(reply.id)?.resolve(reply.result)
      else if (reply.type === 'error') settle(reply.id)?.reject(decodeError(reply.error))
      else pending.get(reply.id)?.onProgress?.(reply.done)
    })
    const end = (error: Error) => {
      reject(error)
      loseAll(error)
    }
    worker.on('error', end)
    worker.on('exit', (code) => end(new FintuneError(`the engine's thread has ended (code ${code})`)))
  }).catch(async (error: unknown) => {
    await worker.terminate()
    throw error
  })
  worker.unref()

  async function call<T>(
    method: EngineMethod,
    args: readonly unknown[],
    { signal, onProgress }: { signal?: AbortSignal; onProgress?: SampleParams['onProgress'] } = {},
  ): Promise<T> {
    signal?.throwIfAborted()
    if (lost) throw lost
    const id = nextId++
    const abort = () => {
      Atomics.store(cancel, 0, 1)
      post({ type: 'abort', id })
    }
    try {
      return (await new Promise<unknown>((resolve, reject) => {
        pending.set(id, { resolve, reject, onProgress })
        worker.ref()
        signal?.addEventListener('abort', abort, { once: true })
        post({ type: 'call', id, method, args, cancellable: signal !== undefined })
      })) as T
    } catch (error) {
      signal?.throwIfAborted()
      throw error
    } finally {
      signal?.removeEventListener('abort', abort)
      if (signal) Atomics.store(cancel, 0, 0)
    }
  }

  return {
    capabilities: () => capabilities,
    sample: (prompts, { signal, onProgress, ...params }) => call('sample', [prompts, params], { signal, onProgress }),
    logprobs: (sequences, { signal, ...settings }) => call('logprobs', [sequences, settings], { signal }),
    groupLogprobs: (groups, settings, signal) => call('groupLogprobs', [groups, settings], { signal }),
    forwardBackward: (groups, loss, signal) => call('forwardBackward', [groups, loss], { signal }),
    forward: (groups, loss, signal) => call('forward', [groups, loss], { signal }),
    optimStep: (params) => call('optimStep', [params]),
    dropGradients: () => call('dropGradients', []),
    setReference: () => call('setReference', []),
    resetOptimizer: () => call('resetOptimizer', []),
    syncSampler: () => call('syncSampler', []),
    saveState: (directory, settings) => call('saveState', [directory, settings]),
    loadState: (directory) => call('loadState', [directory]),
    saveWeights: (directory) => call('saveWeights', [directory]),
    peakFlops: () => call('peakFlops', []),
    parameterNorms: () => call('parameterNorms', []),
    async close() {
      if (closed || lost) return
      closed = true
      await call('close', [])
      await worker.terminate()
    },
  }
}
