import { createHash } from 'node:crypto'
import { closeSync, existsSync, readFileSync } from 'node:fs'
import { disk } from '../lib/disk.js'
import { maskSecrets } from '../lib/maskSecrets.js'
import type { JudgePair } from '../verifier/Judge.js'
import { pairKey } from '../verifier/pairKey.js'
import type { Verdict } from '../verifier/Verdict.js'
import type { VerdictJournal } from '../verifier/VerdictJournal.js'
import type { LogExtent } from './LogExtent.js'

/** A line of verdicts.jsonl. */
interface VerdictLine extends JudgePair {
  readonly schema: 'fintune.verdict/1'
  /** The batch it was asked for. */
  readonly scope: string
  readonly verdict: Verdict
}

/**
 * The journal of a run's judge, verdicts.jsonl. What it said of a pair holds for the whole run, whichever process goes on
 * with it. That it could not say holds for the batch alone, and only once that batch is used: a batch given up because the
 * judge was down is asked again.
 *
 * Lines found at the beginning are known at once; new ones are written from `open` on.
 */
export class VerdictLog implements VerdictJournal {
  readonly #known = new Map<string, Verdict>()
  readonly #unknown = new Map<string, Verdict>()
  readonly #hash = createHash('sha256')
  #bytes: number
  #file: number | null = null
  #scope = ''
  #held: VerdictLine[] = []
  #undecided: VerdictLine[] = []

  /** @param keptBytes  of the file, how much is to be believed; default: all whole lines */
  constructor(
    readonly path: string,
    keptBytes = Infinity,
  ) {
    const found = existsSync(path) ? readFileSync(path) : Buffer.alloc(0)
    this.#bytes = this.#read(found.subarray(0, Math.min(keptBytes, found.length)))
    this.#hash.update(found.subarray(0, this.#bytes))
  }

  get extent(): LogExtent {
    return { bytes: this.#bytes, sha256: this.#hash.copy().digest('hex') }
  }

  /** From here on verdicts are asked for this batch, e.g. `grpo/12/0`. */
  enter(scope: string): void {
    this.#scope = scope
  }

  find(pair: JudgePair): Verdict | undefined {
    const key = pairKey(pair)
    return this.#unknown.get(`${this.#scope} ${key}`) ?? this.#known.get(key)
  }

  keep(entries: readonly { readonly pair: JudgePair; readonly verdict: Verdict }[]): void {
    const lines = entries.map(({ pair, verdict }) => {
      return { schema: 'fintune.verdict/1', scope: this.#scope, ...pair, verdict } as const
    })
    for (const line of lines) this.#learn(line)
    this.#undecided.push(...lines.filter(({ verdict }) => verdict.verdict === 'unknown'))
    this.#write(lines.filter(({ verdict }) => verdict.verdict !== 'unknown'))
  }

  /** The batch is used: what the judge could not say of it is taken down too. */
  commit(): void {
    this.#write(this.#undecided.splice(0))
  }

  /** Begins to write, with what was kept until now; the file's end that is not believed is cut off. */
  open(): void {
    if (existsSync(this.path)) disk.truncate(this.path, this.#bytes)
    this.#file = disk.openAppend(this.path)
    this.#write(this.#held.splice(0))
    this.commit()
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file)
    this.#file = null
  }

  #write(lines: readonly VerdictLine[]): void {
    if (lines.length === 0) return
    if (this.#file === null) {
      this.#held.push(...lines)
      return
    }
    const text = lines.map((line) => maskSecrets(JSON.stringify(line)) + '\n').join('')
    disk.append(this.#file, this.path, text)
    this.#hash.update(text)
    this.#bytes += Buffer.byteLength(text)
  }

  /** @returns where the last line that can be believed ends */
  #read(bytes: Buffer): number {
    let at = 0
    for (let end = bytes.indexOf(0x0a); end >= 0; end = bytes.indexOf(0x0a, at)) {
      const line = parse(bytes.toString('utf8', at, end))
      if (!line) break
      this.#learn(line)
      if (line.verdict.verdict === 'unknown') this.#unknown.set(`${line.scope} ${pairKey(line)}`, line.verdict)
      at = end + 1
    }
    return at
  }

  /** The first word on a pair stands. */
  #learn({ verdict, ...pair }: VerdictLine): void {
    const key = pairKey(pair)
    if (verdict.verdict !== 'unknown' && !this.#known.has(key)) this.#known.set(key, verdict)
  }
}

const verdicts: readonly string[] = ['equivalent', 'different', 'unknown']

function parse(text: string): VerdictLine | null {
  try {
    const line = JSON.parse(text) as VerdictLine
    const fits = line.schema === 'fintune.verdict/1' && typeof line.gold === 'string' && typeof line.answer === 'string'
    return fits && verdicts.includes(line.verdict.verdict) ? line : null
  } catch {
    return null
  }
}
