import { randomInt } from 'node:crypto'
import type { DrawnToken } from '../engine/local/ContinuousSampler.js'
import { InputError } from '../lib/InputError.js'
import { ApiError } from './ApiError.js'
import type { ChatRequest } from './chatRequest.js'
import type { CompletionRequest } from './completionRequest.js'
import { createTextAssembler } from './createTextAssembler.js'
import type { ServedModel } from './ServedModel.js'
import type { ServeLimits } from './ServeLimits.js'

/** What a choice grew by. Its last piece says why it ended. */
export interface Piece {
  readonly choice: number
  readonly text: string
  readonly tokens: readonly DrawnToken[]
  readonly finishReason: 'stop' | 'length' | null
}

export interface Usage {
  readonly prompt_tokens: number
  readonly completion_tokens: number
  readonly total_tokens: number
}

export interface GenerateOptions {
  readonly model: ServedModel
  readonly limits: ServeLimits
  readonly prompts: readonly (readonly number[])[]
  readonly request: Omit<ChatRequest | CompletionRequest, 'logprobs'>
  /** What the request asks for; absent: what the limits allow. */
  readonly maxTokens: number | null
  readonly topLogprobs: number
  readonly signal: AbortSignal
  readonly onPiece: (piece: Piece) => void
}

/**
 * Samples all choices of a request (n for each prompt, in the prompts' order) and tells them piece by piece.
 *
 * With a seed the same text comes again, and it is what `fintune sample --seed` gives; without one each request has its
 * own.
 *
 * @throws ApiError for prompts that cannot be read; the signal's reason when aborted
 */
export async function generate(options: GenerateOptions): Promise<Usage> {
  const { model, limits, prompts, request } = options
  const { sampler, tokenizer } = model
  const n = request.n ?? 1
  const stop = typeof request.stop === 'string' ? [request.stop] : (request.stop ?? [])
  const seed = request.seed ?? randomInt(2 ** 31)
  // One prompt's failure ends the others too: nobody will read them.
  const failed = new AbortController()
  let completionTokens = 0

  const samplePrompt = async (tokens: readonly number[], p: number): Promise<void> => {
    const choices = Array.from({ length: n }, () => createTextAssembler((ids) => tokenizer.decode(ids), stop))
    const reasons = await sampler.sample({
      tokens,
      key: ['sample', p],
      topLogprobs: options.topLogprobs,
      params: {
        numGenerations: n,
        maxTokens: Math.min(options.maxTokens ?? limits.maxTokens, limits.maxTokens),
        temperature: request.temperature ?? 1,
        topP: request.top_p ?? 1,
        topK: Math.max(0, request.top_k ?? 0),
        minP: request.min_p ?? 0,
        repetitionPenalty: request.repetition_penalty ?? 1,
        stop: [],
        stopTokenIds: request.ignore_eos === true ? [] : tokenizer.eosTokenIds,
        seed,
        signal: AbortSignal.any([options.signal, failed.signal]),
      },
      onToken: (i, drawn) => {
        completionTokens++
        const { text, stopped } = choices[i].push(drawn.token)
        options.onPiece({ choice: p * n + i, text, tokens: [drawn], finishReason: null })
        return stopped
      },
    })
    reasons.forEach((finishReason, i) =>
      options.onPiece({ choice: p * n + i, text: choices[i].end(), tokens: [], finishReason }),
    )
  }

  try {
    await Promise.all(prompts.map(samplePrompt))
  } catch (error) {
    failed.abort(error)
    throw error instanceof InputError ? new ApiError(400, error.message, { code: 'invalid_prompt' }) : error
  }
  const promptTokens = prompts.reduce((sum, { length }) => sum + length, 0)
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
  }
}
