import { existsSync, readFileSync } from 'node:fs'
import { availableParallelism, cpus, freemem, totalmem } from 'node:os'
import { join } from 'node:path'
import { packageRoot } from '../../lib/packageRoot.js'
import { describeBackends } from '../../ops/describeBackends.js'
import { readVersion } from '../readVersion.js'
import type { Examination } from './Examination.js'

/** Looks at this machine and this installation; starts every backend once. */
export async function examine(): Promise<Examination> {
  const backends = await describeBackends()
  return {
    fintune: readVersion(),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    processor: {
      model: cpus()[0]?.model.trim() ?? 'unknown',
      threads: availableParallelism(),
      instructions: vectorInstructions(),
      ...(process.env.FINTUNE_ISA ? { forced: process.env.FINTUNE_ISA } : {}),
    },
    memory: memory(),
    backends,
    backend: backends.find(({ available }) => available)?.name ?? null,
    embedded: { base: hasModel('embedded-base'), verifier: hasModel('embedded-verifier') },
  }
}

function memory(): Examination['memory'] {
  const totalBytes = totalmem()
  const limit = process.constrainedMemory()
  // Without a limit some systems report 0, others a number beyond any memory.
  const limitBytes = limit > 0 && limit < totalBytes ? limit : undefined
  const budget = process.env.FINTUNE_MEMORY_LIMIT
  return {
    totalBytes,
    ...(limitBytes === undefined ? {} : { limitBytes }),
    availableBytes: process.availableMemory?.() ?? freemem(),
    ...(budget ? { budget } : {}),
  }
}

const flags: Record<string, string> = {
  avx2: 'avx2',
  avx512f: 'avx512',
  avx512_bf16: 'avx512_bf16',
  amx_bf16: 'amx',
  asimd: 'neon',
}

/** From Linux's /proc/cpuinfo; elsewhere the native kernels' own line tells. */
function vectorInstructions(): string[] {
  if (!existsSync('/proc/cpuinfo')) return []
  const line = /^(?:flags|Features)\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))
  const words = new Set(line?.[1].trim().split(/\s+/) ?? [])
  return Object.keys(flags)
    .filter((flag) => words.has(flag))
    .map((flag) => flags[flag])
}

function hasModel(name: string): boolean {
  return existsSync(join(packageRoot(), 'checkpoints', name, 'config.json'))
}
