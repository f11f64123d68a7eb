import { join } from 'node:path'
import { packageRoot } from '../lib/packageRoot.js'
import { createCachedJudge } from './cache/createCachedJudge.js'
import { memoryStore } from './cache/memoryStore.js'
import { openVerdictStore } from './cache/openVerdictStore.js'
import { createChatJudge } from './chat/createChatJudge.js'
import { loadJudgePrompt } from './chat/loadJudgePrompt.js'
import { createEmbeddedJudge } from './embedded/createEmbeddedJudge.js'
import type { Judge } from './Judge.js'
import type { OpenJudgeModel } from './JudgeModel.js'
import type { JudgeOptions, SingleJudgeOptions } from './JudgeOptions.js'
import { createLocalChat } from './local/createLocalChat.js'
import { createOpenAiChat } from './openai/createOpenAiChat.js'
import { createEscalationJudge } from './panel/createEscalationJudge.js'
import { createMajorityJudge } from './panel/createMajorityJudge.js'

export interface CreateJudgeContext {
  readonly openModel: OpenJudgeModel
  /** Where verdicts of judges that cost much are kept; null: in memory. */
  readonly cacheDirectory: string | null
  readonly warn: (message: string) => void
}

/** An escalation's default: a verdict this sure needs no second opinion. */
const certainByDefault = 0.9

/** The judge that the options name, with its memory; null: none. @throws InputError when it cannot be used */
export async function createJudge(options: JudgeOptions, context: CreateJudgeContext): Promise<Judge | null> {
  if (options.type === 'none') return null
  if (options.type !== 'majority' && options.type !== 'escalation') return createSingle(options, context)
  const judges: Judge[] = []
  for (const judge of options.judges) judges.push(await createSingle(judge, context))
  return options.type === 'majority'
    ? createMajorityJudge(judges)
    : createEscalationJudge(judges, options.certain ?? certainByDefault)
}

async function createSingle(options: SingleJudgeOptions, context: CreateJudgeContext): Promise<Judge> {
  const judge = await createBare(options, context)
  const { cacheDirectory, warn } = context
  const onDisk = options.type !== 'embedded' && cacheDirectory !== null
  return createCachedJudge(judge, onDisk ? openVerdictStore(cacheDirectory, judge.version, warn) : memoryStore())
}

async function createBare(options: SingleJudgeOptions, { openModel }: CreateJudgeContext): Promise<Judge> {
  if (options.type === 'embedded') {
    const directory = join(packageRoot(), 'checkpoints', 'embedded-verifier')
    return createEmbeddedJudge({ directory, openModel, threshold: options.threshold })
  }
  const prompt = await loadJudgePrompt({ path: options.prompt, question: options.question })
  const { maxTokens, temperature } = options
  const chat =
    options.type === 'openai'
      ? createOpenAiChat(options)
      : await createLocalChat({ directory: options.path, openModel, maxTokens, temperature })
  return createChatJudge(chat, prompt, options.votes)
}
