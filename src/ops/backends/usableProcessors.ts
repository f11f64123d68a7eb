import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'

/**
 * Processors this process may use: those it is bound to, but no more than a Slurm job asked for (SLURM_CPUS_PER_TASK) or
 * a container's CPU quota allows. More threads than that would wait for each other.
 */
export function usableProcessors(): number {
  const asked = Number(process.env.SLURM_CPUS_PER_TASK ?? Infinity)
  const limits = [availableParallelism(), asked >= 1 ? asked : Infinity, cpuQuota()]
  return Math.max(1, Math.floor(Math.min(...limits)))
}

/** Processors' worth of time that the cgroup grants; Infinity where there is no quota. */
function cpuQuota(): number {
  try {
    const [quota, period] = readFileSync('/sys/fs/cgroup/cpu.max', 'utf8').split(' ').map(Number)
    return quota > 0 && period > 0 ? quota / period : Infinity // NaN for "max"
  } catch {
    return Infinity // another cgroup version, or none
  }
}
