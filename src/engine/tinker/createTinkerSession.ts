import { InputError } from '../../lib/InputError.js'
import { EngineLostError } from '../EngineLostError.js'
import type { Json, TinkerClient } from './createTinkerClient.js'
import type { TinkerEngineOptions } from './TinkerEngineOptions.js'
import { TinkerError } from './TinkerError.js'

/** A server unloads a session's models after some minutes without one. */
const heartbeatMs = 10_000

export interface ModelCall {
  readonly signal?: AbortSignal
  /** Sending it twice does no harm; true for what changes nothing. */
  readonly repeatable: boolean
}

/** A session on a server: models are made in it, and die with it. */
export interface TinkerSession {
  /** A fresh adapter on the base model. @throws InputError where the server made another than was asked for */
  createModel(): Promise<string>
  /** Calls leave in the order they are made, each as soon as the one before has arrived; results are waited for apart. */
  call(endpoint: string, model: string, body: Json, options: ModelCall): Promise<Json>
  /** A sampling call; in no order. */
  sample(body: Json, signal?: AbortSignal): Promise<Json>
  /** A name for a remote checkpoint, never given twice for one model. */
  freshName(kind: string): string
  nextSamplingSession(): number
  unload(model: string): Promise<void>
  close(): void
}

/** Opens a session and keeps it alive. */
export async function createTinkerSession(
  client: TinkerClient,
  options: Pick<TinkerEngineOptions, 'baseModel' | 'adapter' | 'seed'>,
): Promise<TinkerSession> {
  const opened = await client.post(
    'create_session',
    { tags: ['fintune'], user_metadata: {}, sdk_version: 'fintune', type: 'create_session' },
    { repeatable: true },
  )
  const session = requireText(opened, 'session_id', 'create_session')
  const beat = setInterval(() => {
    // A lost heartbeat is no event: what it kept alive says so itself when it is gone.
    client.post('session_heartbeat', { session_id: session }, { repeatable: true }).catch(() => undefined)
  }, heartbeatMs)
  beat.unref()
  const counts = { model: 0, seq: 0, sample: 0, samplingSession: 0, name: 0 }
  let arrived: Promise<unknown> = Promise.resolve()

  function inOrder(send: () => Promise<string>): Promise<string> {
    const sent = arrived.then(send)
    arrived = sent.catch(() => undefined)
    return sent
  }

  return {
    async createModel() {
      const { rank, targets } = options.adapter
      const body = {
        session_id: session,
        model_seq_id: counts.model++,
        base_model: options.baseModel,
        user_metadata: null,
        lora_config: { rank, seed: options.seed, ...trainedParts(targets), train_unembed: false },
        type: 'create_model',
      }
      // Asked twice, a server makes two; the one nobody uses is unloaded with the session.
      const made = await client.post('create_model', body, { repeatable: true })
      const request = requireText(made, 'request_id', 'create_model')
      const result = await client.retrieve('create_model', request)
      requireAsked(result, options)
      return requireText(made, 'model_id', 'create_model')
    },
    async call(endpoint, model, body, { repeatable, signal }) {
      const id = await inOrder(() =>
        client.submit(endpoint, { model_id: model, seq_id: ++counts.seq, ...body }, { repeatable, signal }),
      )
      return client.retrieve(endpoint, id, signal)
    },
    async sample(body, signal) {
      const ask = async () => {
        const id = await client.submit('asample', { seq_id: ++counts.sample, ...body }, { repeatable: true, signal })
        return client.retrieve('asample', id, signal)
      }
      try {
        return await ask()
      } catch (error) {
        // A future that the server forgot is asked for once more: sampling again does no harm.
        if (!(error instanceof EngineLostError)) throw error
        return ask()
      }
    },
    freshName: (kind) => `${kind}-${String(++counts.name).padStart(6, '0')}`,
    nextSamplingSession: () => counts.samplingSession++,
    async unload(model) {
      // Best effort: what stays loaded goes when the session ends.
      await client
        .post('unload_model', { model_id: model, type: 'unload_model' }, { repeatable: true })
        .catch(() => null)
    },
    close: () => clearInterval(beat),
  }
}

function trainedParts(targets: readonly string[]): { train_attn: boolean; train_mlp: boolean } {
  return { train_attn: targets.includes('q_proj'), train_mlp: targets.includes('gate_proj') }
}

/** Servers take a wrong base model's name, or another alpha, without a word. */
function requireAsked(result: Json, { baseModel, adapter }: Pick<TinkerEngineOptions, 'baseModel' | 'adapter'>): void {
  const { base_model: served, lora_config: lora } = result as { base_model?: string; lora_config?: { alpha?: number } }
  if (served !== undefined && served !== baseModel) {
    throw new InputError(
      `engine.baseModel: found "${baseModel}"; this server serves "${served}" whatever it is asked for. ` +
        `Use  --set engine.baseModel=${served}`,
    )
  }
  if (lora?.alpha !== undefined && lora.alpha !== adapter.alpha) {
    throw new InputError(
      `model.adapter.alpha: found ${adapter.alpha}; this server's adapters have alpha ${lora.alpha}. ` +
        `Use  --set model.adapter.alpha=${lora.alpha}`,
    )
  }
}

function requireText(body: Json, key: string, endpoint: string): string {
  const value = body[key]
  if (typeof value === 'string' && value !== '') return value
  throw new TinkerError(endpoint, 'failed', 200, `${endpoint}: the answer names no ${key}`)
}
