import { readFileSync } from 'node:fs'

/**
 * What tells a process from another that had its number before: the boot of the machine and the tick at which the process
 * began (field 22 of /proc/<pid>/stat). Null where there is no such process, or no /proc.
 */
export function processIdentity(pid: number): string | null {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const start = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] // after the name, which may hold spaces
    return `${boot}/${start}`
  } catch {
    return null
  }
}
