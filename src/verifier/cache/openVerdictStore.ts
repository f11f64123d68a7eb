import { createHash } from 'node:crypto'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Verdict } from '../Verdict.js'
import type { VerdictStore } from './VerdictStore.js'

const schema = 'fintune.verdicts/1'

/**
 * Opens the verdicts of one judge in a directory: a file named by the judge's version (which holds its endpoint, model,
 * prompt and settings), a line a verdict, each with a checksum of itself.
 *
 * A file with a damaged line is set aside under another name, said, and begun again with the lines that are whole. A
 * disk that takes no more is said once; verdicts are then only not kept.
 *
 * @param warn told in words what went wrong
 */
export function openVerdictStore(directory: string, version: string, warn: (message: string) => void): VerdictStore {
  const path = join(directory, `${hashOf(version).slice(0, 16)}.jsonl`)
  const verdicts = new Map<string, Verdict>()
  let file: number | null = null

  const failing = (error: unknown) => {
    file = null
    warn(`verdicts are not kept: ${path} cannot be written (${(error as Error).message})`)
  }
  const append = (lines: readonly string[]) => writeSync(file!, lines.map((line) => `${line}\n`).join(''))
  try {
    const whole = readWhole(path, version, warn)
    for (const { key, verdict } of whole) verdicts.set(key, verdict)
    mkdirSync(dirname(path), { recursive: true })
    const fresh = !existsSync(path)
    file = openSync(path, 'a')
    if (fresh) append([JSON.stringify({ schema, judge: version }), ...whole.map(({ line }) => line)])
  } catch (error) {
    failing(error)
  }

  return {
    get: (key) => verdicts.get(hashOf(key)),
    put: (text, verdict) => {
      const key = hashOf(text)
      verdicts.set(key, verdict)
      if (file === null) return
      try {
        append([lineOf(key, verdict)])
      } catch (error) {
        failing(error)
      }
    },
    close: () => {
      if (file !== null) closeSync(file)
      file = null
    },
  }
}

interface StoredLine {
  readonly key: string
  readonly verdict: Verdict
  readonly line: string
}

/** The file's whole lines; a file that has others is no longer at its path when this returns. */
function readWhole(path: string, version: string, warn: (message: string) => void): StoredLine[] {
  if (!existsSync(path)) return []
  const [header, ...lines] = readFileSync(path, 'utf8').split('\n')
  const torn = lines.pop() // whole files end in a line break
  const whole = lines.map(readLine)
  const kept = whole.filter((line) => line !== null)
  if (header === JSON.stringify({ schema, judge: version }) && kept.length === lines.length && torn === '') return kept
  const aside = freeName(path)
  renameSync(path, aside)
  warn(`${path} was damaged: set aside as ${aside}, ${kept.length} whole verdicts of it kept`)
  return kept
}

function freeName(path: string): string {
  for (let n = 1; ; n++) if (!existsSync(`${path}.damaged-${n}`)) return `${path}.damaged-${n}`
}

function lineOf(key: string, verdict: Verdict): string {
  const content = JSON.stringify({ key, verdict })
  return JSON.stringify({ sum: hashOf(content).slice(0, 8), key, verdict })
}

function readLine(line: string): StoredLine | null {
  try {
    const { sum, key, verdict } = JSON.parse(line) as { sum: string; key: string; verdict: Verdict }
    return sum === hashOf(JSON.stringify({ key, verdict })).slice(0, 8) ? { key, verdict, line } : null
  } catch {
    return null
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
