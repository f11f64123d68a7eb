import type { z } from 'zod'
import { didYouMean } from '../lib/didYouMean.js'
import type { Path } from './Path.js'
import { describeFound } from './describeFound.js'
import { getAt } from './getAt.js'
import { isMap } from './isMap.js'
import { jsonSchemaAt } from './jsonSchemaAt.js'
import { recipeJsonSchema } from './recipeJsonSchema.js'

/** A problem that still knows its path in parts. */
export interface PlacedProblem {
  readonly at: Path
  readonly message: string
  /** Of an unknown key: the one that was probably meant. */
  readonly meant?: string
}

type Issue = z.core.$ZodIssue

/** zod's issues about a recipe's value in the words of this program: what was found, what is allowed. */
export function problemsOfIssues(issues: readonly Issue[], root: unknown): PlacedProblem[] {
  return issues.flatMap((issue) => {
    const at = issue.path as Path
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey([...at, key], root))
    if (issue.code === 'invalid_key') return [{ at, message: issue.issues[0].message }]
    if (issue.code === 'invalid_union' && issue.discriminator !== undefined) return unknownType(issue, root)
    return [{ at, message: withFound(issue, getAt(root, at)) }]
  })
}

function unknownKey(at: Path, root: unknown): PlacedProblem {
  const allowed = keysAllowedAt(at.slice(0, -1), root)
  const meant = didYouMean(String(at.at(-1)), allowed)
  const way = meant === undefined ? `allowed here: ${allowed.join(', ')}` : `did you mean "${meant}"?`
  return { at, message: `unknown key; ${way}`, meant }
}

function keysAllowedAt(path: Path, root: unknown): string[] {
  const schemas = jsonSchemaAt(recipeJsonSchema(), path, root)
  const keys = schemas.flatMap((schema) => Object.keys(schema.properties ?? {}))
  return [...new Set(keys)]
}

/** A union without a usable `type`. zod looks no further then, so the keys that no option has are named here. */
function unknownType(issue: Extract<Issue, { code: 'invalid_union' }>, root: unknown): PlacedProblem[] {
  const at = issue.path as Path
  const options = ((issue as { options?: unknown[] }).options ?? []).filter((option) => option !== undefined)
  const list = options.join(', ')
  const found = getAt(root, at)
  const owner = getAt(root, at.slice(0, -1))
  if (found !== undefined) {
    const meant = typeof found === 'string' ? didYouMean(found, options.map(String)) : undefined
    const hint = meant === undefined ? '' : `; did you mean "${meant}"?`
    return [{ at, message: `found ${describeFound(found)}; allowed: ${list}${hint}` }]
  }
  const allowed = keysAllowedAt(at.slice(0, -1), root)
  const strange = isMap(owner) ? Object.keys(owner).filter((key) => !allowed.includes(key)) : []
  const unknown = strange.map((key) => unknownKey([...at.slice(0, -1), key], root))
  return [{ at, message: `missing; allowed: ${list}` }, ...unknown]
}

function withFound(issue: Issue, found: unknown): string {
  const expected = expectation(issue)
  if (found === undefined) return `missing; ${expected}`
  const meant =
    issue.code === 'invalid_value' && typeof found === 'string'
      ? didYouMean(found, issue.values.map(String))
      : undefined
  return `found ${describeFound(found)}; ${expected}${meant === undefined ? '' : `; did you mean "${meant}"?`}`
}

/** What would have been right. A sentence written at the schema (`error: …`) goes before the general one. */
function expectation(issue: Issue): string {
  const general = generalExpectation(issue)
  return general === undefined || !zodSaid(issue) ? issue.message : general
}

/** True where the message is zod's own, not one written at the schema. */
function zodSaid(issue: Issue): boolean {
  return /^(Invalid|Too (small|big))\b/.test(issue.message)
}

const kinds: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a map',
  record: 'a map',
  array: 'a list',
}

function generalExpectation(issue: Issue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${kinds[issue.expected] ?? issue.expected}`
    case 'invalid_value':
      return `allowed: ${issue.values.join(', ')}`
    case 'too_small':
      return issue.origin === 'array'
        ? `expected at least ${issue.minimum} ${issue.minimum === 1 ? 'entry' : 'entries'}`
        : `expected ${issue.inclusive ? `${issue.minimum} or more` : `more than ${issue.minimum}`}`
    case 'too_big':
      return `expected ${issue.inclusive ? `${issue.maximum} or less` : `less than ${issue.maximum}`}`
    default:
      return undefined
  }
}
