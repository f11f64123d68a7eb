import type { JobResources } from './JobResources.js'

/** What a Kubernetes Job is made of. */
export interface KubernetesJob {
  /** The run's name, as the recipe has it. */
  readonly name: string
  /** The command that wrote it, for its first lines. */
  readonly writtenBy: string
  readonly namespace?: string
  /** A container image that holds node and this package. */
  readonly image: string
  /** Path of dist/cli/main.js in the image. */
  readonly program: string
  /** The claim whose volume holds model, data and run directories. */
  readonly volumeClaim: string
  /** Where that volume is mounted; relative paths of the recipe begin here. */
  readonly mountPath: string
  /** The run directory, absolute or relative to mountPath. */
  readonly runDirectory: string
  /** The resolved recipe, YAML. */
  readonly recipe: string
  /** Environment variables that the recipe reads keys from; taken from the secret. */
  readonly secretVariables: readonly string[]
  readonly secret: string
  /** Seconds between SIGTERM and SIGKILL. */
  readonly graceSeconds: number
  /** Failures (not stops at a checkpoint) after which the Job gives up. */
  readonly retries: number
  readonly gpus?: number
  readonly resources: JobResources
}
