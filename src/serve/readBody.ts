import type { IncomingMessage } from 'node:http'
import { ApiError } from './ApiError.js'

/** A request's body as text. @throws ApiError 413 past the limit, 400 where the client broke off */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<string> {
  const tooLarge = () => new ApiError(413, `the body is larger than ${maxBytes} bytes (--max-body-bytes)`)
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge()
  const chunks: Buffer[] = []
  let sizeBytes = 0
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      sizeBytes += chunk.length
      if (sizeBytes > maxBytes) throw tooLarge()
      chunks.push(chunk)
    }
  } catch (error) {
    if (error instanceof ApiError) throw error
    throw new ApiError(400, 'the body ended early')
  }
  return Buffer.concat(chunks).toString('utf8')
}
