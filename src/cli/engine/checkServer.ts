import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEngine } from '../../engine/createEngine.js'
import type { Engine, TrainGroup } from '../../engine/Engine.js'
import type { LossSpec } from '../../engine/loss/LossSpec.js'
import { createTinkerClient } from '../../engine/tinker/createTinkerClient.js'
import { createTinkerSession } from '../../engine/tinker/createTinkerSession.js'
import { probeServer } from '../../engine/tinker/probeServer.js'
import { TinkerError } from '../../engine/tinker/TinkerError.js'
import type { TinkerEngineOptions } from '../../engine/tinker/TinkerEngineOptions.js'
import { FintuneError } from '../../lib/FintuneError.js'
import { InputError } from '../../lib/InputError.js'
import { readModelConfig } from '../../model/readModelConfig.js'
import type { ParityRow, ServerReport, StepOutcome } from './ServerReport.js'
import { sum } from '../../lib/sum.js'

export interface CheckServerOptions {
  readonly url: string
  readonly model?: string
  readonly baseModel?: string
  readonly rank: number
  readonly tolerance: number
  readonly say: (message: string) => void
}

const targets = ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj']
/** Alpha of a Tinker server's adapters; a server with another says so, and which. */
const alpha = 32

/** Measures a server on scratch adapters and, where its weights are here too, a step of each kind of loss on both sides. */
export async function checkServer(options: CheckServerOptions): Promise<ServerReport> {
  const remote = { url: options.url, apiKey: process.env['TINKER_API_KEY'] || null, maxInFlight: 8, patienceMs: 10_000 }
  const client = createTinkerClient({ ...remote, say: options.say })
  const served = await servedModels(options.url, client)
  const baseModel = options.baseModel ?? served[0]
  if (baseModel === undefined) {
    throw new InputError(`${options.url} names no model that it serves. Say which:  --base-model NAME`)
  }
  const directory = options.model ?? (existsSync(join(baseModel, 'config.json')) ? baseModel : undefined)
  const config = directory === undefined ? null : await readModelConfig(directory)
  const settings: Omit<TinkerEngineOptions, 'reduction'> = {
    ...remote,
    baseModel,
    adapter: { rank: options.rank, alpha, targets },
    seed: 1,
    vocabSize: config?.vocabSize ?? 64,
    maxLength: 64,
    parameters: 0,
    trainableParameters: 0,
    say: options.say,
  }
  const session = await createTinkerSession(client, settings)
  const traits = await probeServer(client, session, { ...settings, reduction: 'auto' }).finally(session.close)
  const parity =
    directory === undefined ? null : await compareSteps(directory, { ...settings, ...traits }, options.tolerance)
  return { url: options.url, baseModel, format: await client.format(), traits, parity }
}

async function servedModels(url: string, client: ReturnType<typeof createTinkerClient>): Promise<string[]> {
  const { supported_models: models } = await client.get('get_server_capabilities').catch((error: unknown) => {
    if (!(error instanceof TinkerError)) throw error
    const cause = error.cause instanceof Error ? error.cause : error
    throw new FintuneError(
      error.failure === 'unreachable'
        ? `nobody answers at ${url} (${cause.message}). Is the server started, and is that its address?`
        : `${url} is no Tinker server, or not yet one: ${error.message}`,
      { cause: error },
    )
  })
  if (!Array.isArray(models)) return []
  return models.flatMap((model: { model_name?: unknown }) =>
    typeof model.model_name === 'string' ? [model.model_name] : [],
  )
}

/** One step of each loss from the same adapter: made on the server, fetched, and put on the local engine. */
async function compareSteps(directory: string, options: TinkerEngineOptions, tolerance: number): Promise<ParityRow[]> {
  const rows: ParityRow[] = []
  for (const [name, specOf] of Object.entries(losses)) {
    const folder = await mkdtemp(join(tmpdir(), 'fintune-check-'))
    const server = await createEngine({ type: 'tinker', ...options })
    try {
      await server.saveWeights(folder)
      if (!existsSync(join(folder, 'adapter_config.json'))) return rows
      const adapter = { type: 'lora', ...options.adapter, initFrom: folder } as const
      const local = await createEngine({
        type: 'local',
        modelPath: directory,
        adapter,
        backend: 'auto',
        threads: 'auto',
        seed: 1,
      })
      try {
        const groups = toyGroups(options.vocabSize)
        const spec = specOf(groups)
        const [there, here] = [await takeStep(server, groups, spec), await takeStep(local, groups, spec)]
        const difference = Math.max(
          ...(['loss', 'gradNorm', 'moved'] as const).map((key) => relative(there[key], here[key])),
        )
        rows.push({ loss: name, server: there, local: here, difference, agrees: difference <= tolerance })
      } finally {
        await local.close()
      }
    } finally {
      await server.close()
      await rm(folder, { recursive: true, force: true })
    }
  }
  return rows
}

async function takeStep(engine: Engine, groups: readonly TrainGroup[], spec: LossSpec): Promise<StepOutcome> {
  const stats = await engine.forwardBackward(groups, spec)
  // A large epsilon makes AdamW's first step a plain gradient step: how far it moves tells the gradient's size.
  const epsilon = 1e3
  const { gradNorm } = await engine.optimStep({
    learningRate: epsilon * 0.05,
    beta1: 0.9,
    beta2: 0.95,
    epsilon,
    weightDecay: 0,
    decayExclude: 'none',
    maxGradNorm: 0,
  })
  const after = (await engine.groupLogprobs(groups, { weights: 'policy', temperature: 1 })).flat(2)
  const squares = stats.logprobs.flat(2).map((before, i) => (after[i] - before) ** 2)
  return {
    loss: stats.loss,
    gradNorm,
    moved: Math.sqrt(sum(squares) / squares.length),
  }
}

/** Sequences of different lengths, so that no two ways of taking a mean agree by chance. */
function toyGroups(vocabSize: number): TrainGroup[] {
  const ids = (first: number, count: number) => Array.from({ length: count }, (_, i) => (first + 13 * i) % vocabSize)
  const completion = (first: number, count: number, advantage: number) => ({ tokens: ids(first, count), advantage })
  return [
    { prompt: ids(3, 6), completions: [completion(11, 3, 1), completion(29, 9, -0.5)] },
    { prompt: ids(7, 2), completions: [completion(17, 5, 1.5), completion(31, 2, -1)] },
  ]
}

const count = (groups: readonly TrainGroup[]) => {
  const lengths = groups.flatMap(({ completions }) => completions.map(({ tokens }) => tokens.length))
  return { sequences: lengths.length, tokens: sum(lengths) }
}

const policy =
  (lossType: 'dapo' | 'grpo', importanceSamplingLevel: 'token' | 'sequence') =>
  (groups: readonly TrainGroup[]): LossSpec => ({
    type: 'policy',
    lossType,
    importanceSamplingLevel,
    beta: 0,
    klBiasCorrection: false,
    epsilonLow: 0.2,
    epsilonHigh: 0.28,
    delta: null,
    temperature: 1,
    truncatedImportanceSampling: null,
    denominators: { ...count(groups), maxCompletionLength: 9, microBatchShare: 1 },
  })

const losses: Readonly<Record<string, (groups: readonly TrainGroup[]) => LossSpec>> = {
  'sft, mean over tokens': (groups) => {
    const { tokens, sequences } = count(groups)
    return { type: 'crossEntropy', aggregation: 'token', denominator: tokens, sequences }
  },
  'sft, mean over sequences': (groups) => {
    const { tokens, sequences } = count(groups)
    return { type: 'crossEntropy', aggregation: 'sequence', denominator: tokens, sequences }
  },
  dapo: policy('dapo', 'token'),
  grpo: policy('grpo', 'token'),
  gspo: policy('grpo', 'sequence'),
}

/** Relative to the larger; what a side does not tell (NaN) is not compared. */
function relative(a: number, b: number): number {
  const difference = Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b), 1e-6)
  return Number.isNaN(difference) ? 0 : difference
}
