import { createLimiter } from '../../lib/createLimiter.js'
import { modelIdentity } from '../../model/modelIdentity.js'
import type { ChatModel, ChatOutcome, ChatQuestion } from '../chat/ChatModel.js'
import { createModelLoader } from '../createModelLoader.js'
import type { JudgeModel, OpenJudgeModel } from '../JudgeModel.js'
import { requireModelDirectory } from '../requireModelDirectory.js'

export interface LocalChatOptions {
  /** A Hugging Face directory of a chat model. */
  readonly directory: string
  readonly openModel: OpenJudgeModel
  /** Tokens it may write. Default 256. */
  readonly maxTokens?: number
  /** Default 0. */
  readonly temperature?: number
}

/**
 * Any chat model of a Hugging Face directory, run by our own engine: all questions sampled together.
 *
 * @throws InputError when the directory holds no model
 */
export async function createLocalChat(options: LocalChatOptions): Promise<ChatModel> {
  const { directory, openModel, maxTokens = 256, temperature = 0 } = options
  await requireModelDirectory(directory, ['config.json', 'tokenizer.json'], {
    use: 'verifier.model: local',
    remedy: 'Give the path of a Hugging Face model directory.',
  })
  // Kept verdicts are those of these weights, whatever lies in this directory the next time.
  const { sha256 } = await modelIdentity(directory)
  const model = createModelLoader(openModel, directory)
  const oneAtATime = createLimiter(1) // an engine's calls are made one after the other

  async function askAll(questions: readonly ChatQuestion[], signal?: AbortSignal): Promise<ChatOutcome[]> {
    const { engine, tokenizer } = await model.get()
    const prompts = questions.map((question) => encode(question, tokenizer))
    const fits = prompts.map((ids) => ids !== null && ids.length + maxTokens <= engine.capabilities().maxLength)
    const asked = prompts.flatMap((ids, i) =>
      ids !== null && fits[i]
        ? [{ tokens: ids, key: ['judge', questions[i].messages.at(-1)?.content ?? '', questions[i].vote] }]
        : [],
    )
    const started = performance.now()
    const completions = await engine.sample(asked, {
      ...{ numGenerations: 1, maxTokens, temperature, topP: 1, topK: 0, minP: 0, repetitionPenalty: 1 },
      ...{ stop: [], stopTokenIds: tokenizer.eosTokenIds, seed: 0, signal },
    })
    const latencyMs = performance.now() - started
    let next = 0
    return prompts.map((prompt, i): ChatOutcome => {
      if (prompt === null) return { failure: "the judge's chat template refuses the prompt" }
      if (!fits[i]) return { failure: "the pair does not fit into the judge's context" }
      const [{ tokens, logprobs, finishReason }] = completions[next++]
      if (finishReason === 'length') return { failure: `the judge was cut off after ${maxTokens} tokens (maxTokens)` }
      return {
        reply: {
          text: tokenizer.decode(tokens),
          tokens: tokens.map((id, t) => ({ text: tokenizer.decode([id]), logprob: logprobs[t] })),
          usage: { promptTokens: prompt.length, completionTokens: tokens.length },
        },
        latencyMs,
      }
    })
  }

  return {
    version: `local:${directory}@${sha256.slice(0, 16)}(${maxTokens},${temperature})`,
    ask: async (questions, { signal, onOutcome } = {}) => {
      const outcomes = questions.length === 0 ? [] : await oneAtATime(() => askAll(questions, signal))
      outcomes.forEach((outcome, i) => onOutcome?.(i, outcome))
      return outcomes
    },
    close: model.close,
  }
}

function encode({ messages }: ChatQuestion, tokenizer: JudgeModel['tokenizer']): readonly number[] | null {
  try {
    return tokenizer.encodeChat(messages, { addGenerationPrompt: true }).ids
  } catch {
    return null
  }
}
