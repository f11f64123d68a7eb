/** A Tinker server that begins and ends with the job, on all of its nodes; the trainer runs on the first beside it. */
export interface SlurmServer {
  readonly nodes: number
  readonly gpusPerNode: number
  /** Where it listens, on the first node. */
  readonly port: number
  /** A line of shell; $run is the run's directory, $port its port. */
  readonly command: string
  /** What `ray` is called on the nodes, e.g. after `uv run …`; with one node there is no Ray to start. */
  readonly ray: string
}
