import { createCachedJudge } from './cache/createCachedJudge.js'
import { memoryStore } from './cache/memoryStore.js'
import { openVerdictStore } from './cache/openVerdictStore.js'
import { createChatJudge } from './chat/createChatJudge.js'
import type { JudgePrompt } from './chat/JudgePrompt.js'
import type { Judge } from './Judge.js'
import type { OpenJudgeModel } from './JudgeModel.js'
import type { ChatModelOptions } from './JudgeOptions.js'
import { createLocalChat } from './local/createLocalChat.js'
import { createOpenAiChat } from './openai/createOpenAiChat.js'

/** What judges are made with. */
export interface JudgeContext {
  readonly openModel: OpenJudgeModel
  /** Where verdicts are kept from run to run; null: in memory. */
  readonly cacheDirectory: string | null
  readonly warn: (message: string) => void
}

/** A chat model that judges by a prompt, with its memory. @throws InputError when it cannot be used */
export async function createModelJudge(
  options: ChatModelOptions,
  prompt: JudgePrompt,
  { openModel, cacheDirectory, warn }: JudgeContext,
): Promise<Judge> {
  const { maxTokens, temperature } = options
  const chat =
    options.type === 'openai'
      ? createOpenAiChat(options)
      : await createLocalChat({ directory: options.path, openModel, maxTokens, temperature })
  const judge = createChatJudge(chat, prompt, options.votes)
  const store = cacheDirectory === null ? memoryStore() : openVerdictStore(cacheDirectory, judge.version, warn)
  return createCachedJudge(judge, store)
}
