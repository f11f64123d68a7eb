import { chatLogprobs } from './chatLogprobs.js'
import { ApiError } from './ApiError.js'
import { chatRequest, type ChatRequest } from './chatRequest.js'
import { collectPieces } from './collectPieces.js'
import { createEventStream } from './createEventStream.js'
import type { Exchange } from './Exchange.js'
import { generate, type Piece } from './generate.js'
import { parseRequest } from './parseRequest.js'
import { sendJson } from './sendJson.js'

/** POST /v1/chat/completions. @throws ApiError */
export async function answerChat(exchange: Exchange): Promise<void> {
  const request = parseRequest(chatRequest, exchange.body)
  const { model, limits, response, signal, id } = exchange
  const n = request.n ?? 1
  exchange.reserve(n)
  const common = { id, created: Math.floor(Date.now() / 1000), model: model.id, system_fingerprint: model.capabilities.kernels } // prettier-ignore
  const logprobs = (tokens: Piece['tokens']) =>
    request.logprobs === true ? chatLogprobs(tokens, model.tokenizer) : null
  const sample = (onPiece: (piece: Piece) => void) =>
    generate({
      ...{ model, limits, request, signal, onPiece },
      prompts: [encode(exchange, request)],
      maxTokens: request.max_completion_tokens ?? request.max_tokens ?? null,
      topLogprobs: request.logprobs === true ? (request.top_logprobs ?? 0) : 0,
    })

  if (request.stream !== true) {
    const { choices, add } = collectPieces(n)
    const usage = await sample(add)
    return sendJson(response, 200, {
      ...common,
      object: 'chat.completion',
      choices: choices.map(({ text, tokens, finishReason }, index) => ({
        index,
        message: { role: 'assistant', content: text, refusal: null },
        logprobs: logprobs(tokens),
        finish_reason: finishReason,
      })),
      usage,
    })
  }

  const stream = createEventStream(response)
  const withUsage = request.stream_options?.include_usage === true
  const send = (choices: unknown[], usage: unknown = null) =>
    stream.send({ ...common, object: 'chat.completion.chunk', choices, ...(withUsage ? { usage } : {}) })
  const begun = new Set<number>()
  const usage = await sample(({ choice: index, text, tokens, finishReason }) => {
    if (!begun.has(index))
      send([{ index, delta: { role: 'assistant', content: '' }, logprobs: null, finish_reason: null }])
    begun.add(index)
    if (text !== '' || tokens.length > 0)
      send([{ index, delta: text === '' ? {} : { content: text }, logprobs: logprobs(tokens), finish_reason: null }])
    if (finishReason !== null) send([{ index, delta: {}, logprobs: null, finish_reason: finishReason }])
  })
  if (withUsage) send([], usage)
  stream.end()
}

function encode({ model }: Exchange, { messages }: ChatRequest): readonly number[] {
  try {
    return model.tokenizer.encodeChat(messages, { addGenerationPrompt: true }).ids
  } catch (error) {
    // A template may refuse a conversation, e.g. one that does not begin with the user.
    throw new ApiError(400, `messages: the chat template refuses them: ${(error as Error).message}`, {
      param: 'messages',
    })
  }
}
