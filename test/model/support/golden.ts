import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The path of a file or folder under test/golden. */
export function goldenPath(path: string): string {
  return fileURLToPath(new URL(`../../golden/${path}`, import.meta.url))
}

/** A golden JSON file. */
export function golden<T>(path: string): T {
  return JSON.parse(readFileSync(goldenPath(path), 'utf8')) as T
}
