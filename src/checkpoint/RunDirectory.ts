import { existsSync, readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { disk } from '../lib/disk.js'
import { maskSecrets } from '../lib/maskSecrets.js'
import { writeFileAtomic } from '../lib/writeFileAtomic.js'
import { logFiles } from './logFiles.js'
import { recoverStatus } from './recoverStatus.js'
import type { RunStatus } from './RunStatus.js'

/** The files of one run: checkpoints/<run>/ as the contracts lay it out. Made on disk by `create`, not before. */
export class RunDirectory {
  constructor(readonly path: string) {}

  get exists(): boolean {
    return existsSync(join(this.path, 'run.json'))
  }

  get stepLogPath(): string {
    return join(this.path, logFiles.steps)
  }

  get verdictLogPath(): string {
    return join(this.path, logFiles.verdicts)
  }

  /** The status as last written, or as far as the step log tells it where run.json is damaged; null: there is no run yet. */
  readStatus(): RunStatus | null {
    return this.exists ? recoverStatus(readFileSync(join(this.path, 'run.json'), 'utf8'), this.stepLogPath) : null
  }

  /** The resolved recipe as written when the run began (YAML). */
  readRecipe(): string {
    return readFileSync(join(this.path, 'recipe.yaml'), 'utf8')
  }

  /** Makes the directory, nothing in it. */
  async create(): Promise<void> {
    await disk.makeDirectory(this.path)
  }

  async writeRecipe(recipeYaml: string): Promise<void> {
    await writeFileAtomic(join(this.path, 'recipe.yaml'), recipeYaml)
  }

  /** Replaces run.json atomically; host, pid and time are filled in. */
  async writeStatus(status: Omit<RunStatus, 'schema' | 'updatedAt' | 'host' | 'pid'>): Promise<void> {
    const full: RunStatus = {
      schema: 'fintune.run/1',
      ...status,
      updatedAt: new Date().toISOString(),
      host: hostname(),
      pid: process.pid,
    }
    await writeFileAtomic(join(this.path, 'run.json'), maskSecrets(JSON.stringify(full, null, 2)) + '\n')
  }

  async writeJson(relativePath: string, value: unknown): Promise<void> {
    const path = join(this.path, relativePath)
    await disk.makeDirectory(join(path, '..'))
    await writeFileAtomic(path, JSON.stringify(value, null, 2) + '\n')
  }

  async writeJsonLines(relativePath: string, values: readonly unknown[]): Promise<void> {
    const path = join(this.path, relativePath)
    await disk.makeDirectory(join(path, '..'))
    await writeFileAtomic(path, values.map((value) => JSON.stringify(value) + '\n').join(''))
  }
}
