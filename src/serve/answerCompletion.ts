import { ApiError } from './ApiError.js'
import { collectPieces } from './collectPieces.js'
import { completionLogprobs } from './completionLogprobs.js'
import { completionRequest, type CompletionRequest } from './completionRequest.js'
import { createEventStream } from './createEventStream.js'
import type { Exchange } from './Exchange.js'
import { generate, type Piece } from './generate.js'
import { parseRequest } from './parseRequest.js'
import { sendJson } from './sendJson.js'

/** POST /v1/completions. @throws ApiError */
export async function answerCompletion(exchange: Exchange): Promise<void> {
  const request = parseRequest(completionRequest, exchange.body)
  const { model, limits, response, signal, id } = exchange
  const n = request.n ?? 1
  if (request.best_of != null && request.best_of !== n) {
    throw new ApiError(400, `best_of: found ${request.best_of}; only n is offered`, { param: 'best_of' })
  }
  const prompts = promptsOf(request).map((prompt) =>
    typeof prompt === 'string' ? model.tokenizer.encode(prompt) : prompt,
  )
  exchange.reserve(n * prompts.length)
  const common = { id, object: 'text_completion', created: Math.floor(Date.now() / 1000), model: model.id, system_fingerprint: model.capabilities.kernels } // prettier-ignore
  const logprobs = (tokens: Piece['tokens'], offset: number) =>
    request.logprobs == null ? null : completionLogprobs(tokens, model.tokenizer, offset)
  const sample = (onPiece: (piece: Piece) => void) =>
    generate({
      ...{ model, limits, request, signal, onPiece, prompts },
      maxTokens: request.max_tokens ?? 16, // OpenAI's default
      topLogprobs: request.logprobs ?? 0,
    })

  if (request.stream !== true) {
    const { choices, add } = collectPieces(n * prompts.length)
    const usage = await sample(add)
    return sendJson(response, 200, {
      ...common,
      choices: choices.map(({ text, tokens, finishReason }, index) => ({
        index,
        text,
        logprobs: logprobs(tokens, 0),
        finish_reason: finishReason,
      })),
      usage,
    })
  }

  const stream = createEventStream(response)
  const withUsage = request.stream_options?.include_usage === true
  const send = (choices: unknown[], usage: unknown = null) =>
    stream.send({ ...common, choices, ...(withUsage ? { usage } : {}) })
  const offsets = prompts.flatMap(() => Array.from({ length: n }, () => 0))
  const usage = await sample(({ choice: index, text, tokens, finishReason }) => {
    if (text === '' && tokens.length === 0 && finishReason === null) return
    send([{ index, text, logprobs: logprobs(tokens, offsets[index]), finish_reason: finishReason }])
    offsets[index] += text.length
  })
  if (withUsage) send([], usage)
  stream.end()
}

function promptsOf({ prompt }: CompletionRequest): readonly (string | readonly number[])[] {
  if (typeof prompt === 'string') return [prompt]
  return typeof prompt[0] === 'number' ? [prompt as number[]] : (prompt as string[] | number[][])
}
