import { z } from 'zod'
import type { JsonSchema } from './jsonSchemaAt.js'
import { recipeSchema } from './schema/recipeSchema.js'

const fileSchema = recipeSchema.extend({
  extends: z.string().optional().describe('Another recipe, from this file, whose keys hold where this one has none'),
})

/**
 * JSON Schema (draft 2020-12) of a recipe file, for editors:
 * `fintune schema recipe > recipe.schema.json`, then `# yaml-language-server: $schema=recipe.schema.json` as first line.
 */
export function recipeJsonSchema(): JsonSchema {
  const schema = z.toJSONSchema(fileSchema, {
    io: 'input',
    override: ({ jsonSchema }) => {
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
    },
  }) as JsonSchema
  return { title: 'fintune recipe', ...schema }
}
