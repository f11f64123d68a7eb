import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { writeFileAtomic } from '../lib/writeFileAtomic.js'
import type { RunStatus } from './RunStatus.js'

/** The files of one run: checkpoints/<run>/ as the contracts lay it out. Made on disk by `create`, not before. */
export class RunDirectory {
  constructor(readonly path: string) {}

  get exists(): boolean {
    return existsSync(join(this.path, 'run.json'))
  }

  get stepLogPath(): string {
    return join(this.path, 'steps.jsonl')
  }

  /** The status as last written; null where there is no run yet. */
  readStatus(): RunStatus | null {
    return this.exists ? (JSON.parse(readFileSync(join(this.path, 'run.json'), 'utf8')) as RunStatus) : null
  }

  /** The resolved recipe as written when the run began (YAML). */
  readRecipe(): string {
    return readFileSync(join(this.path, 'recipe.yaml'), 'utf8')
  }

  async create(recipeYaml: string): Promise<void> {
    await mkdir(this.path, { recursive: true })
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
    await writeFileAtomic(join(this.path, 'run.json'), JSON.stringify(full, null, 2) + '\n')
  }

  async writeJson(relativePath: string, value: unknown): Promise<void> {
    const path = join(this.path, relativePath)
    await mkdir(join(path, '..'), { recursive: true })
    await writeFileAtomic(path, JSON.stringify(value, null, 2) + '\n')
  }

  async writeJsonLines(relativePath: string, values: readonly unknown[]): Promise<void> {
    const path = join(this.path, relativePath)
    await mkdir(join(path, '..'), { recursive: true })
    await writeFileAtomic(path, values.map((value) => JSON.stringify(value) + '\n').join(''))
  }

  appendCompletions(stage: string, records: readonly unknown[]): void {
    mkdirSync(join(this.path, 'completions'), { recursive: true })
    const lines = records.map((record) => JSON.stringify(record) + '\n').join('')
    appendFileSync(join(this.path, 'completions', `${stage}.jsonl`), lines)
  }
}
