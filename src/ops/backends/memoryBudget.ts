import { readFileSync } from 'node:fs'
import { freemem } from 'node:os'
import { join } from 'node:path'
import { InputError } from '../../lib/InputError.js'

const units: Record<string, number> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 }

/**
 * Bytes the engine's tensors may take: FINTUNE_MEMORY_LIMIT (bytes, or with K, M, G, T), else nine tenths of what
 * the cgroups allow or the machine has free. Past it comes an error, since Linux would kill the process instead.
 *
 * @throws InputError when FINTUNE_MEMORY_LIMIT is not a size
 */
export function memoryBudget(): number {
  const asked = process.env.FINTUNE_MEMORY_LIMIT
  if (!asked) return 0.9 * Math.min(freeMemory(), cgroupLimit())
  const match = /^(\d+(?:\.\d+)?)([KMGT]?)i?B?$/i.exec(asked.trim())
  if (!match) {
    throw new InputError(`FINTUNE_MEMORY_LIMIT: found "${asked}"; allowed is a size such as 3G, 800M or 2000000000`)
  }
  return Number(match[1]) * units[match[2].toUpperCase()]
}

/** What processes may still take without swapping: page cache can be dropped, so it counts as free. */
function freeMemory(): number {
  const available = /^MemAvailable:\s+(\d+) kB/m.exec(textOf('/proc/meminfo') ?? '')
  return available ? Number(available[1]) * 1024 : freemem()
}

/** The tightest limit of this process's cgroups, in bytes; Infinity where there is none. */
function cgroupLimit(): number {
  let limit = Infinity
  for (const line of (textOf('/proc/self/cgroup') ?? '0::/').split('\n')) {
    const [, controllers, path] = line.split(':')
    if (path === undefined || (controllers !== '' && !controllers.split(',').includes('memory'))) continue
    const [base, file] =
      controllers === '' ? ['sys/fs/cgroup', 'memory.max'] : ['sys/fs/cgroup/memory', 'memory.limit_in_bytes']
    // A container may see its own cgroup as the root, whatever path it is told.
    const parts = path.split('/').filter(Boolean)
    for (let depth = parts.length; depth >= 0; depth--) {
      const allowed = Number(textOf(join('/', base, ...parts.slice(0, depth), file)) ?? NaN)
      if (allowed > 0) limit = Math.min(limit, allowed)
    }
  }
  return limit
}

function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null // another system or cgroup version
  }
}
