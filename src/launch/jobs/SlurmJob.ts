import type { JobResources } from './JobResources.js'
import type { SlurmServer } from './SlurmServer.js'

/** What an sbatch script is made of. All paths absolute. */
export interface SlurmJob {
  readonly name: string
  /** The command that wrote it, for its first lines. */
  readonly writtenBy: string
  /** Where relative paths of the recipe begin. */
  readonly workingDirectory: string
  /** Run directories with their launch/recipe.yaml; several make a job array, or with `array` one does too. */
  readonly runs: readonly string[]
  readonly array: boolean
  /** Tasks of an array that may run at once; absent: as many as the cluster lets. */
  readonly maxParallel?: number
  /** File of the job's output, with sbatch's % patterns. */
  readonly output: string
  /** As sbatch takes it. */
  readonly timeLimit: string
  /** Seconds between the signal and the time limit. */
  readonly graceSeconds: number
  readonly resources: JobResources
  /** Further sbatch options, e.g. --partition=gpu. */
  readonly options: readonly string[]
  /** A Tinker server that the job starts for itself; not for arrays. */
  readonly server?: SlurmServer
  readonly node: string
  readonly program: string
}
