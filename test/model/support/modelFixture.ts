import { cpSync, chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { goldenPath } from './golden.js'

/** An empty directory that is gone after the test. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'fintune-model-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

/** A writable copy of a golden model folder. */
export function copyOfGolden(name: string): string {
  const directory = temporaryDirectory()
  cpSync(goldenPath(name), directory, { recursive: true })
  for (const file of readdirSync(directory)) chmodSync(join(directory, file), 0o644)
  return directory
}

/** Changes keys of a JSON file; undefined removes one. */
export function editJson(file: string, changes: Record<string, unknown>): void {
  const content = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
  writeFileSync(file, JSON.stringify({ ...content, ...changes }))
}

/** The message of what a promise was rejected with; fails where it was not. */
export async function messageOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => {
      throw new Error('nothing was thrown')
    },
    (error: Error) => error.message,
  )
}
