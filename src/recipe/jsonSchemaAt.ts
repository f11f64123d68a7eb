import type { Path } from './Path.js'
import { isMap } from './isMap.js'

/** The part of JSON Schema that zod writes for recipes. */
export interface JsonSchema {
  type?: string
  const?: unknown
  enum?: unknown[]
  properties?: Record<string, JsonSchema>
  additionalProperties?: JsonSchema | boolean
  items?: JsonSchema
  oneOf?: JsonSchema[]
  anyOf?: JsonSchema[]
  [other: string]: unknown
}

/** The schemas that may describe a value at a path; a union is narrowed by the value's `type` where it has a known one. */
export function jsonSchemaAt(schema: JsonSchema, path: Path, value: unknown): JsonSchema[] {
  const options = narrow(schema, value)
  if (path.length === 0) return options
  const [key, ...rest] = path
  const inner =
    value !== null && typeof value === 'object' ? (value as Record<string | number, unknown>)[key] : undefined
  return options.flatMap((option) => {
    const child = childOf(option, key)
    return child === undefined ? [] : jsonSchemaAt(child, rest, inner)
  })
}

function childOf(schema: JsonSchema, key: string | number): JsonSchema | undefined {
  if (typeof key === 'number') return schema.items
  const { properties, additionalProperties } = schema
  if (properties !== undefined && Object.hasOwn(properties, key)) return properties[key]
  return typeof additionalProperties === 'object' ? additionalProperties : undefined
}

function narrow(schema: JsonSchema, value: unknown): JsonSchema[] {
  const union = schema.oneOf ?? schema.anyOf
  if (union === undefined) return [schema]
  const type = isMap(value) ? value.type : undefined
  const matching = union.filter((option) => option.properties?.type?.const === type)
  return matching.length > 0 ? matching : union
}
