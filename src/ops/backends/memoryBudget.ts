import { readFileSync } from 'node:fs'
import { totalmem } from 'node:os'
import { InputError } from '../../lib/InputError.js'

const units: Record<string, number> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 }

/**
 * Bytes the engine's tensors may take: FINTUNE_MEMORY_LIMIT (bytes, or with K, M, G, T), else nine tenths of what the
 * cgroup or the machine has. Past it comes an error, since Linux would kill the process instead.
 *
 * @throws InputError when FINTUNE_MEMORY_LIMIT is not a size
 */
export function memoryBudget(): number {
  const asked = process.env.FINTUNE_MEMORY_LIMIT
  if (!asked) return 0.9 * Math.min(totalmem(), cgroupLimit())
  const match = /^(\d+(?:\.\d+)?)([KMGT]?)i?B?$/i.exec(asked.trim())
  if (!match) {
    throw new InputError(`FINTUNE_MEMORY_LIMIT: found "${asked}"; allowed is a size such as 3G, 800M or 2000000000`)
  }
  return Number(match[1]) * units[match[2].toUpperCase()]
}

function cgroupLimit(): number {
  for (const file of ['/sys/fs/cgroup/memory.max', '/sys/fs/cgroup/memory/memory.limit_in_bytes']) {
    try {
      const limit = Number(readFileSync(file, 'utf8'))
      if (limit > 0) return limit
    } catch {
      continue // another cgroup version, or none
    }
  }
  return Infinity
}
