import type { Verdict } from '../Verdict.js'
import type { VerdictStore } from './VerdictStore.js'

/** Verdicts kept at most; the oldest go first. */
const capacity = 100_000

/** Verdicts of this process alone: for judges that cost little to ask again. */
export function memoryStore(): VerdictStore {
  const verdicts = new Map<string, Verdict>()
  return {
    get: (key) => verdicts.get(key),
    put: (key, verdict) => {
      const oldest = verdicts.size >= capacity ? verdicts.keys().next().value : undefined
      if (oldest !== undefined) verdicts.delete(oldest)
      verdicts.set(key, verdict)
    },
    close: () => verdicts.clear(),
  }
}
