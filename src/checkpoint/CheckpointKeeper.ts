import type { Engine } from '../engine/Engine.js'
import type { CheckpointInputs } from './CheckpointManifest.js'
import type { LogExtent } from './LogExtent.js'
import { fitsBeside } from './fitsBeside.js'
import { pruneCheckpoints } from './pruneCheckpoints.js'
import type { Retention } from './Retention.js'
import type { RunPosition } from './RunPosition.js'
import { saveCheckpoint } from './saveCheckpoint.js'

export interface CheckpointKeeperOptions {
  readonly runDirectory: string
  readonly engine: Engine
  /** In the recipe's order. */
  readonly stageNames: readonly string[]
  readonly retention: Retention
  readonly inputs: CheckpointInputs
  /** The run's logs as they are now. */
  readonly extents: () => { readonly stepLog: LogExtent; readonly verdicts: LogExtent }
  /** The position that is on disk already. */
  readonly saved: RunPosition
}

/**
 * Writes a run's checkpoints, one after the other, while training goes on, and deletes those that retention does not
 * keep. A write that failed is told at the next call.
 */
export class CheckpointKeeper {
  readonly #options: CheckpointKeeperOptions
  #saved: RunPosition
  #savedAt = Date.now()
  #writing: Promise<void> = Promise.resolve()
  #failure: { readonly error: unknown } | null = null
  #best: number | null = null

  constructor(options: CheckpointKeeperOptions) {
    this.#options = options
    this.#saved = options.saved
  }

  /** Milliseconds since the last checkpoint (or this process's beginning). */
  get ageMs(): number {
    return Date.now() - this.#savedAt
  }

  /** Whether these metrics are the best so far by retention's `keepBest`, where that looks at an evaluation. */
  isBestEvaluation(metrics: Readonly<Record<string, number>>): boolean {
    const { keepBest } = this.#options.retention
    const value = keepBest?.metric.startsWith('eval') ? metrics[keepBest.metric] : undefined
    if (value === undefined) return false
    const better = this.#best === null || (keepBest?.mode === 'min' ? value <= this.#best : value >= this.#best)
    if (better) this.#best = value
    return better
  }

  /**
   * Saves a position, once; resolves as soon as training may go on (with `wait`: once it is on disk).
   *
   * @throws what went wrong with the checkpoint before, or with this one as far as is known
   */
  async save(
    position: RunPosition,
    metrics: Readonly<Record<string, number>>,
    { wait = false }: { wait?: boolean } = {},
  ): Promise<void> {
    await this.settle()
    if (this.#saved === position) return
    const { runDirectory, engine, inputs, extents, stageNames, retention } = this.#options
    const whileTraining = !wait && fitsBeside(engine.capabilities().trainableParameters)
    const { written } = await saveCheckpoint({
      runDirectory,
      engine,
      content: { position, metrics, inputs, ...extents() },
      whileTraining,
    })
    this.#saved = position
    this.#savedAt = Date.now()
    this.#writing = written
      .then(async () => void (await pruneCheckpoints(runDirectory, stageNames, retention)))
      .catch((error: unknown) => {
        this.#failure = { error }
      })
    if (!whileTraining) await this.settle()
  }

  /** Throws what went wrong with a write, if that is known by now. */
  throwIfFailed(): void {
    if (this.#failure) throw this.#failure.error
  }

  /** Waits for the write under way. @throws what went wrong with it */
  async settle(): Promise<void> {
    await this.#writing
    this.throwIfFailed()
  }
}
