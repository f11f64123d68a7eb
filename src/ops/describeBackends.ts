import { backendCandidates } from './backends/backendCandidates.js'

/** One backend as `fintune doctor` shows it. */
export interface BackendDescription {
  readonly name: string
  readonly label: string
  readonly available: boolean
  /** Kernel path and threads where it works, the reason where it does not. */
  readonly detail: string
}

/** Starts every backend in turn, the preferred last so that it stays active; for `fintune doctor`. In order of preference. */
export async function describeBackends(threads: number | 'auto' = 'auto'): Promise<BackendDescription[]> {
  const descriptions: BackendDescription[] = []
  for (const { name, label, start } of [...backendCandidates].reverse()) {
    const outcome = await start(threads).catch((error: Error) => ({ unavailable: error.message }))
    const available = !('unavailable' in outcome)
    const detail = available ? `${outcome.kernels}, ${outcome.threads} threads` : outcome.unavailable
    descriptions.unshift({ name, label, available, detail })
  }
  return descriptions
}
