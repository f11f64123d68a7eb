import { closeSync, existsSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { disk } from '../lib/disk.js'
import { maskSecrets } from '../lib/maskSecrets.js'
import { writeFileAtomic } from '../lib/writeFileAtomic.js'

/**
 * completions/<stage>.jsonl: sampled text with every reward. Bounded: when a stage's file has grown to half of what it may
 * take, it becomes <stage>.1.jsonl in place of the one before, and a new one is begun.
 */
export class CompletionLog {
  constructor(
    readonly directory: string,
    readonly maxBytes: number,
  ) {}

  /** @throws DiskError */
  async append(stage: string, records: readonly unknown[]): Promise<void> {
    if (records.length === 0) return
    await disk.makeDirectory(this.directory)
    const path = join(this.directory, `${stage}.jsonl`)
    const text = records.map((record) => maskSecrets(JSON.stringify(record)) + '\n').join('')
    const size = existsSync(path) ? statSync(path).size : 0
    if (size > 0 && size + text.length > this.maxBytes / 2) renameSync(path, join(this.directory, `${stage}.1.jsonl`))
    const file = disk.openAppend(path)
    try {
      disk.append(file, path, text)
    } finally {
      closeSync(file)
    }
  }

  /**
   * Forgets what came after a step, which is to be run again: lines of `stage` beyond `step`, all of `laterStages`, and
   * a line that a killed process left half-written.
   */
  async rewind(stage: string, step: number, laterStages: readonly string[]): Promise<void> {
    if (!existsSync(this.directory)) return
    for (const name of readdirSync(this.directory)) {
      const path = join(this.directory, name)
      const of = name.replace(/(\.1)?\.jsonl$/, '')
      if (laterStages.includes(of)) await rm(path)
      if (of !== stage) continue
      const text = readFileSync(path, 'utf8')
      const kept = text.split('\n').filter((line) => stepOf(line) <= step)
      const rest = kept.map((line) => `${line}\n`).join('')
      if (rest !== text) await writeFileAtomic(path, rest)
    }
  }
}

/** Infinity for what is no whole line of ours. */
function stepOf(line: string): number {
  try {
    return (JSON.parse(line) as { step: number }).step
  } catch {
    return Infinity
  }
}
