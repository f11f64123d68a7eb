import { readFileSync } from 'node:fs'

/** A golden JSON file under test/golden; its fields are described in test/golden's own sources. */
export function readGolden<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../golden/${name}`, import.meta.url), 'utf8')) as T
}
