import type { BackendInfo } from '../BackendInfo.js'

/** One way to run tensors. `start` makes it the active backend, or says why it cannot be. */
export interface BackendCandidate {
  readonly name: BackendInfo['name']
  /** As people read it, e.g. "tensorflow (GPU)". */
  readonly label: string
  start(threads: number | 'auto'): Promise<{ kernels: string; threads: number } | { unavailable: string }>
}
