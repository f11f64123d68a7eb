import { expect, test } from 'vitest'
import { environmentKeys } from '../../src/recipe/expandEnvironment.js'
import type { JsonSchema } from '../../src/recipe/jsonSchemaAt.js'
import { recipeJsonSchema } from '../../src/recipe/recipeJsonSchema.js'
import { ruleNames } from '../../src/verifier/rules/rules.js'

/** Every property of the schema with its path. */
function properties(schema: JsonSchema, path = ''): [string, JsonSchema][] {
  const own = Object.entries(schema.properties ?? {}).map(([key, child]): [string, JsonSchema] => [
    `${path}.${key}`,
    child,
  ])
  const inner = [
    ...own,
    ...[...(schema.oneOf ?? []), ...(schema.anyOf ?? [])].map((option): [string, JsonSchema] => [path, option]),
    ...(schema.items ? [[`${path}[]`, schema.items] as [string, JsonSchema]] : []),
    ...(typeof schema.additionalProperties === 'object'
      ? [[`${path}.*`, schema.additionalProperties] as [string, JsonSchema]]
      : []),
  ]
  return [...own, ...inner.flatMap(([at, child]) => properties(child, at))]
}

test('every key has a description, for editors show it', () => {
  const undescribed = properties(recipeJsonSchema()).filter(([, schema]) => typeof schema.description !== 'string')
  expect(undescribed.map(([path]) => path)).toEqual([])
})

test('${env:…} works in every path and URL, and no key of another kind', () => {
  const pathLike = properties(recipeJsonSchema())
    .filter(([, { description }]) =>
      /\b(director(y|ies)|file|path|URL|JSONL of|another recipe)\b/i.test(String(description)),
    )
    .filter(([, { type }]) => type === 'string')
    .map(([path]) => path.split('.').at(-1)!)
  expect(new Set(pathLike.filter((key) => !['name', 'type', 'version'].includes(key)))).toEqual(
    new Set(environmentKeys),
  )
})

test("the verifier's rules go by the names that the verifier has", () => {
  const disabled = properties(recipeJsonSchema()).find(([path]) => path === '.verifier.rules.disabled')
  expect(disabled?.[1].items?.enum).toEqual(ruleNames)
})
