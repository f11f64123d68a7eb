import { createCachedJudge } from './cache/createCachedJudge.js'
import { memoryStore } from './cache/memoryStore.js'
import { createModelJudge, type JudgeContext } from './createModelJudge.js'
import { loadJudgePrompt } from './chat/loadJudgePrompt.js'
import { createEmbeddedJudge } from './embedded/createEmbeddedJudge.js'
import { embeddedVerifierDirectory } from './embedded/embeddedVerifierDirectory.js'
import type { Judge } from './Judge.js'
import type { JudgeOptions, SingleJudgeOptions } from './JudgeOptions.js'
import { createEscalationJudge } from './panel/createEscalationJudge.js'
import { createMajorityJudge } from './panel/createMajorityJudge.js'

/** An escalation's default: a verdict this sure needs no second opinion. */
const certainByDefault = 0.9

/** The judge that the options name, with its memory; null: none. @throws InputError when it cannot be used */
export async function createJudge(options: JudgeOptions, context: JudgeContext): Promise<Judge | null> {
  if (options.type === 'none') return null
  if (options.type !== 'majority' && options.type !== 'escalation') return createSingle(options, context)
  const judges: Judge[] = []
  for (const judge of options.judges) judges.push(await createSingle(judge, context))
  return options.type === 'majority'
    ? createMajorityJudge(judges)
    : createEscalationJudge(judges, options.certain ?? certainByDefault)
}

async function createSingle(options: SingleJudgeOptions, context: JudgeContext): Promise<Judge> {
  if (options.type !== 'embedded')
    return createModelJudge(
      options,
      await loadJudgePrompt({ path: options.prompt, question: options.question }),
      context,
    )
  const { threshold } = options
  return createCachedJudge(
    await createEmbeddedJudge({ directory: embeddedVerifierDirectory(), openModel: context.openModel, threshold }),
    memoryStore(),
  )
}
