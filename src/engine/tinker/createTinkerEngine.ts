import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { FintuneError } from '../../lib/FintuneError.js'
import { InputError } from '../../lib/InputError.js'
import { writeFileAtomic } from '../../lib/writeFileAtomic.js'
import type { Engine, EngineCapabilities, TrainGroup } from '../Engine.js'
import { EngineLostError } from '../EngineLostError.js'
import { checkTrainGroups } from '../local/checkTrainGroups.js'
import { createTinkerClient, type Json } from './createTinkerClient.js'
import { createTinkerSession, type TinkerSession } from './createTinkerSession.js'
import { downloadAdapter } from './downloadAdapter.js'
import { probeServer, type ServerTraits } from './probeServer.js'
import { readGradNorm } from './readGradNorm.js'
import { readTinkerState } from './readTinkerState.js'
import { remoteLogprobs } from './remoteLogprobs.js'
import { requireFreshWeights, type SyncProbe } from './requireFreshWeights.js'
import { sampleRemotely } from './sampleRemotely.js'
import type { TinkerEngineOptions } from './TinkerEngineOptions.js'
import { TINKER_STATE_FILE, type TinkerState } from './TinkerState.js'
import { TinkerError } from './TinkerError.js'
import { fillStep, trainRemotely } from './trainRemotely.js'

/** A policy on a server, and what it has been through since its last optimizer step. */
interface Remote {
  readonly session: TinkerSession
  readonly traits: ServerTraits
  readonly model: string
  /** The sampling session with the policy's weights as of the last sync; null: none yet. */
  readonly sampler: string | null
  /** Sequences sent in forward_backward since the last step, and how many the step was to have. */
  readonly sent: number
  readonly planned: number
  /** Gradients that nobody wants wait on the server; only a fresh model is without them. */
  readonly soiled: boolean
}

/** Sampling calls on their way; a sync waits for them, since some servers sample from the weights they train. */
type InFlight = Set<Promise<unknown>>

/**
 * An engine on a server that speaks the Tinker API: LoRA training and sampling over HTTP. Nothing is sent before the first
 * call. Log p are those of temperature 1 whatever is asked for: servers know no other.
 */
export function createTinkerEngine(options: TinkerEngineOptions): Engine {
  const client = createTinkerClient(options)
  const limits = { vocabSize: options.vocabSize, maxLength: options.maxLength }
  const inFlight: InFlight = new Set()
  let traits: ServerTraits | null = null
  let remote: Remote | null = null
  let reference: { readonly path: string; readonly model: string | null } | null = null
  let probe: SyncProbe | null = null
  let saidUnclipped = false
  let connecting: Promise<Remote> | null = null
  let syncing: Promise<string> | null = null

  const change = (part: Partial<Remote>) => {
    if (remote) remote = { ...remote, ...part }
  }

  /** What a server lost is not asked for again: the next call begins anew, from a checkpoint or from nothing. */
  async function guarded<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (error instanceof EngineLostError) {
        remote?.session.close()
        remote = null
        reference = reference && { ...reference, model: null }
      }
      throw error
    }
  }

  async function begin(session: TinkerSession, weights: string | null, withOptimizer = true): Promise<Remote> {
    traits ??= await probeServer(client, session, options)
    const model = await session.createModel()
    if (weights !== null) {
      // On some servers only a model's first request may load.
      const body = { path: weights, optimizer: withOptimizer, type: 'load_weights' }
      await session.call('load_weights', model, body, { repeatable: true }).catch((error: unknown) => {
        if (!(error instanceof TinkerError) || error.status !== 404) throw error
        throw new TinkerError(
          'load_weights',
          'refused',
          404,
          `${options.url} no longer has ${weights}: a server that was started without its earlier state forgot this run's ` +
            'checkpoints. Start it with the state it had (SkyRL: the same --checkpoints-base and --database-url), or begin ' +
            'anew with --run-dir DIR.',
          { cause: error },
        )
      })
    }
    return { session, traits, model, sampler: null, sent: 0, planned: 0, soiled: false }
  }

  /** The policy; made at the first call, once for all that come together. */
  async function connected(): Promise<Remote> {
    if (remote) return remote
    connecting ??= (async () => begin(await createTinkerSession(client, options), null))().finally(
      () => (connecting = null),
    )
    remote = await connecting
    return remote
  }

  /** The policy, fit for new gradients. */
  async function clean(): Promise<Remote> {
    const now = await connected()
    if (!now.soiled) return now
    remote = await moveOn(now, await save(now), true)
    return remote
  }

  /** The same weights in a model of their own, with or without the optimizer's memory. */
  async function moveOn(from: Remote, weights: string, withOptimizer: boolean): Promise<Remote> {
    await from.session.unload(from.model)
    return begin(from.session, weights, withOptimizer)
  }

  /** Weights and optimizer into the server's store; what they are called there. */
  async function save({ session, model }: Remote): Promise<string> {
    const body = { path: session.freshName('state'), type: 'save_weights' }
    const { path } = await session.call('save_weights', model, body, { repeatable: false })
    if (typeof path === 'string') return path
    throw new TinkerError('save_weights', 'failed', 200, 'save_weights: the answer names no path')
  }

  async function referenceModel(): Promise<{ session: TinkerSession; model: string }> {
    if (!reference) throw new FintuneError('there is no reference yet: setReference() freezes the policy as it is')
    const { session } = await connected()
    reference = { ...reference, model: reference.model ?? (await begin(session, reference.path)).model }
    return { session, model: reference.model! }
  }

  async function sync(now: Remote): Promise<string> {
    const body = {
      sampling_session_seq_id: now.session.nextSamplingSession(),
      type: 'save_weights_for_sampler',
    }
    const result = await now.session.call('save_weights_for_sampler', now.model, body, { repeatable: false })
    const sampler = result['sampling_session_id']
    if (typeof sampler === 'string') return sampler
    throw new TinkerError('save_weights_for_sampler', 'failed', 200, 'the answer names no sampling_session_id')
  }

  /** A sampler where there is none yet; calls made together share it. */
  async function firstSync(now: Remote): Promise<string> {
    syncing ??= sync(now).finally(() => (syncing = null))
    const sampler = await syncing
    change({ sampler })
    return sampler
  }

  const groupLogprobs: Engine['groupLogprobs'] = (groups, { weights }, signal) =>
    guarded(async () => {
      checkTrainGroups(groups, limits)
      const { session, model } = weights === 'policy' ? await connected() : await referenceModel()
      const found = await remoteLogprobs(session, model, groups, signal)
      let next = 0
      return groups.map(({ completions }) => completions.map(() => found[next++]))
    })

  return {
    capabilities: (): EngineCapabilities => ({
      type: 'tinker',
      backend: options.url,
      kernels: 'remote',
      threads: 0,
      dtype: 'remote',
      maxLength: options.maxLength,
      vocabSize: options.vocabSize,
      parameters: options.parameters,
      trainableParameters: options.trainableParameters,
      memory: null,
      callsInFlight: 4,
      isReproducible: false,
    }),
    async sample(prompts, params) {
      if (prompts.length === 0) return []
      const work = guarded(async () => {
        const now = await connected()
        return sampleRemotely(now.session, now.sampler ?? (await firstSync(now)), prompts, params, limits)
      })
      inFlight.add(work)
      return work.finally(() => inFlight.delete(work))
    },
    async logprobs(sequences, settings) {
      const groups: TrainGroup[] = sequences.map((tokens) => ({ prompt: [], completions: [{ tokens }] }))
      return (await groupLogprobs(groups, settings)).map(([values]) => values.slice(1))
    },
    groupLogprobs,
    forwardBackward: (groups, loss, signal) =>
      guarded(async () => {
        checkTrainGroups(groups, limits)
        const now = await clean()
        const { stats, sent, planned } = await trainRemotely(now, groups, loss, signal)
        change({ sent: (remote?.sent ?? 0) + sent, planned })
        probe ??= probeOf(groups)
        return stats
      }),
    forward: (groups, loss, signal) =>
      guarded(async () => {
        checkTrainGroups(groups, limits)
        const { stats } = await trainRemotely({ ...(await connected()), forwardOnly: true }, groups, loss, signal)
        return stats
      }),
    optimStep: (params) =>
      guarded(async () => {
        const now = await connected()
        requireRepresentable(params, now.traits)
        await fillStep(now)
        if (params.maxGradNorm > 0 && now.traits.clips === false && !saidUnclipped) {
          saidUnclipped = true
          options.say(
            `this server does not heed optimizer.maxGradNorm: no step is clipped; grad_norm in the log shows which would have been`,
          )
        }
        const body = { adam_params: adamParams(params), type: 'optim_step' }
        const { dedupes } = now.traits
        const result = await now.session.call('optim_step', now.model, body, { repeatable: dedupes })
        change({ sent: 0, planned: 0 })
        return { gradNorm: readGradNorm(result) ?? NaN }
      }),
    async dropGradients() {
      if (remote && remote.sent > 0) change({ soiled: true })
    },
    setReference: () =>
      guarded(async () => {
        const now = await connected()
        if (reference?.model) await now.session.unload(reference.model)
        reference = { path: await save(now), model: null }
      }),
    resetOptimizer: () =>
      guarded(async () => {
        const fresh = remote === null
        const now = await connected()
        if (!fresh) remote = await moveOn(now, await save(now), false)
      }),
    syncSampler: () =>
      guarded(async () => {
        // Some servers put the sampler's weights where the trained ones are: nothing may sample from old ones any more.
        await Promise.allSettled(inFlight)
        const now = await connected()
        const sampler = await sync(now)
        change({ sampler })
        probe = probe && (await requireFreshWeights({ ...now, sampler }, probe))
      }),
    saveState: (directory) =>
      guarded(async () => {
        const state: TinkerState = {
          schema: 'fintune.tinker/1',
          url: options.url,
          baseModel: options.baseModel,
          rank: options.adapter.rank,
          weights: await save(await connected()),
          reference: reference?.path ?? null,
        }
        await writeFileAtomic(join(directory, TINKER_STATE_FILE), `${JSON.stringify(state, null, 2)}\n`)
      }),
    loadState: (directory) =>
      guarded(async () => {
        const { weights, reference: path } = await readTinkerState(directory, {
          baseModel: options.baseModel,
          rank: options.adapter.rank,
        })
        const before = remote
        if (before) await before.session.unload(before.model)
        remote = await begin(before?.session ?? (await createTinkerSession(client, options)), weights)
        reference = path === null ? null : { path, model: null }
        probe = null
      }),
    saveWeights: (directory) =>
      guarded(async () => {
        const { session, model } = await connected()
        const name = session.freshName('export')
        const body = { path: name, type: 'save_weights_for_sampler' }
        const { path } = await session.call('save_weights_for_sampler', model, body, { repeatable: false })
        await mkdir(directory, { recursive: true })
        const where = { schema: 'fintune.tinker-export/1', url: options.url, baseModel: options.baseModel, path }
        await writeFileAtomic(join(directory, TINKER_STATE_FILE), `${JSON.stringify(where, null, 2)}\n`)
        try {
          await downloadAdapter(client, model, name, directory, options.adapter.targets)
        } catch (error) {
          if (!FintuneError.isInstance(error)) throw error
          options.say(`the adapter stays on the server as ${String(path)}: ${error.message}`)
        }
      }),
    parameterNorms: () => Promise.reject(new FintuneError('a Tinker server does not tell the norms of its weights')),
    async close() {
      await Promise.allSettled(inFlight)
      if (remote) {
        await remote.session.unload(remote.model)
        if (reference?.model) await remote.session.unload(reference.model)
        remote.session.close()
      }
      remote = null
    },
  }
}

/** 1 − 2⁻⁹: what is above is 1 in bfloat16. */
const largestBeta = 1 - 2 ** -9

/** Asked before the step: its NaN would be in every model that the server holds, until it is started again. */
function requireRepresentable(params: Parameters<Engine['optimStep']>[0], { isCoarse }: ServerTraits): void {
  for (const key of ['beta1', 'beta2'] as const) {
    if (!isCoarse || params[key] < largestBeta) continue
    throw new InputError(
      `optimizer.${key}: found ${params[key]}; this server computes in bfloat16, where that is 1, and AdamW would divide by 0. ` +
        `Use ${key} 0.95 (the Tinker API's usual one), or let the server hold the model in float32.`,
    )
  }
}

function adamParams(params: Parameters<Engine['optimStep']>[0]): Json {
  return {
    learning_rate: params.learningRate,
    beta1: params.beta1,
    beta2: params.beta2,
    eps: params.epsilon,
    weight_decay: params.weightDecay,
    // Where 0 means no clipping, the wire has no word for it but a norm that no gradient reaches.
    grad_clip_norm: params.maxGradNorm === 0 ? 1e9 : params.maxGradNorm,
  }
}

/** Some tokens that were learned from: log p there show, from sync to sync, whether new weights arrived. */
function probeOf(groups: readonly TrainGroup[]): SyncProbe | null {
  for (const { prompt, completions } of groups) {
    const tokens = [...prompt.slice(-16), ...(completions[0]?.tokens.slice(0, 16) ?? [])]
    if (tokens.length > 1) return { tokens, seen: null }
  }
  return null
}
