import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EngineCapabilities } from '../engine/Engine.js'
import { packageRoot } from '../lib/packageRoot.js'

/** What a run's numbers depend on beside its recipe and data; bits are comparable between equal ones. */
export function versions({ type, backend, kernels, threads, dtype }: EngineCapabilities): Record<string, string> {
  const { version } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as { version: string }
  return { fintune: version, node: process.version, engine: type, backend, kernels, threads: String(threads), dtype }
}
