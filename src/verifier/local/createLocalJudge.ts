import { createLimiter } from '../../lib/createLimiter.js'
import { createModelLoader } from '../createModelLoader.js'
import type { Judge } from '../Judge.js'
import { judgePrompt, judgePromptVersion } from '../judgePrompt.js'
import type { OpenJudgeModel } from '../JudgeModel.js'
import { parseBoxedVerdict } from '../openai/parseBoxedVerdict.js'
import { requireModelDirectory } from '../requireModelDirectory.js'
import type { Verdict } from '../Verdict.js'

export interface LocalJudgeOptions {
  /** A Hugging Face directory of a chat model. */
  readonly directory: string
  readonly openModel: OpenJudgeModel
  /** Tokens the judge may write. Default 256. */
  readonly maxTokens?: number
}

/**
 * Any chat model of a Hugging Face directory as a judge, run by our own engine: the same prompt and the same strict
 * reading of `\boxed{}` as for an endpoint, greedy.
 *
 * @throws InputError when the directory holds no model
 */
export async function createLocalJudge({ directory, openModel, maxTokens = 256 }: LocalJudgeOptions): Promise<Judge> {
  await requireModelDirectory(directory, ['config.json'], {
    use: 'verifier.model: local',
    remedy: 'Give the path of a Hugging Face model directory.',
  })
  const model = createModelLoader(openModel, directory)
  const oneAtATime = createLimiter(1) // an engine's calls are made one after the other
  return {
    version: `local:${directory}#${judgePromptVersion}`,
    judge: async (pairs, signal) => {
      const { engine, tokenizer } = await model.get()
      const prompts = pairs.map((pair) => tokenizer.encodeChat(judgePrompt(pair), { addGenerationPrompt: true }).ids)
      const fits = prompts.map((tokens) => tokens.length + maxTokens <= engine.capabilities().maxLength)
      const started = performance.now()
      const asked = prompts.filter((_, i) => fits[i]).map((tokens, i) => ({ tokens, key: ['judge', i] }))
      const params = { ...greedy, maxTokens, stopTokenIds: tokenizer.eosTokenIds, signal }
      const completions = await oneAtATime(() => engine.sample(asked, params))
      const latencyMs = performance.now() - started
      const replies = completions.map(([completion]) => tokenizer.decode(completion.tokens))
      let next = 0
      return fits.map((fit) => (fit ? toVerdict(replies[next++], latencyMs) : tooLong))
    },
    close: model.close,
  }
}

const greedy = { numGenerations: 1, temperature: 0, topP: 1, topK: 0, minP: 0, repetitionPenalty: 1, stop: [], seed: 0 }

const tooLong: Verdict = {
  verdict: 'unknown',
  reason: "the pair does not fit into the judge's context",
  decidedBy: 'model',
}

function toVerdict(reply: string, latencyMs: number): Verdict {
  const verdict = parseBoxedVerdict(reply)
  return verdict === null
    ? { verdict: 'unknown', reason: 'the judge gave no single \\boxed{0} or \\boxed{1}', decidedBy: 'model', latencyMs }
    : { verdict, reason: `the judge said ${verdict}`, decidedBy: 'model', latencyMs }
}
