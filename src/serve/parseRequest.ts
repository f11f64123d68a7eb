import type { z } from 'zod'
import { ApiError } from './ApiError.js'

/** @throws ApiError 400 naming the first field that is wrong */
export function parseRequest<Schema extends z.ZodType>(schema: Schema, body: string): z.output<Schema> {
  const parsed = schema.safeParse(parseJson(body))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const param = issue.path.join('.')
  throw new ApiError(400, param === '' ? issue.message : `${param}: ${issue.message}`, { param })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new ApiError(400, `the body is not JSON: ${(error as Error).message}`)
  }
}
