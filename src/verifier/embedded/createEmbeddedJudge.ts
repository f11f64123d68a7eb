import { renderPair } from '../../data/renderPair.js'
import type { TrainGroup } from '../../engine/Engine.js'
import { modelIdentity } from '../../model/modelIdentity.js'
import type { Tokenizer } from '../../tokenizer/Tokenizer.js'
import { createLimiter } from '../../lib/createLimiter.js'
import { createModelLoader } from '../createModelLoader.js'
import type { Judge, JudgePair } from '../Judge.js'
import type { OpenJudgeModel } from '../JudgeModel.js'
import { requireModelDirectory } from '../requireModelDirectory.js'
import type { Verdict } from '../Verdict.js'
import { sum } from '../../lib/sum.js'

export interface EmbeddedJudgeOptions {
  /** The shipped checkpoint, or another one trained on `pairs` data. */
  readonly directory: string
  readonly openModel: OpenJudgeModel
  /** P(yes) from which an answer counts as equivalent. Default 0.5. */
  readonly threshold?: number
}

/** An answer longer than this many characters, and than twice the gold and these, says more than the gold does. */
const longestAnswer = 200
/** A gold longer than this many characters, twice in a prompt, is more than a context of the model's longest tokens. */
const longestGold = 4_000
/** Pairs run through the model at once: bounds its memory. */
const batchSize = 64

/**
 * The small judge shipped with fintune: a tiny causal model trained on `pairs` data that reads gold and answer
 * (renderPair) and says yes or no. Its score is P(yes) = p(yes) / (p(yes) + p(no)), the two completions sharing the
 * pair's prompt in one pass.
 *
 * A long answer is `different` without being asked: the model has never seen one, and the gold hidden in a long text is
 * no answer; so is one without a letter or digit, which says nothing. With a gold too long for the model it is unknown.
 *
 * @throws InputError when the checkpoint's directory is missing
 */
export async function createEmbeddedJudge(options: EmbeddedJudgeOptions): Promise<Judge> {
  const { directory, openModel, threshold = 0.5 } = options
  await requireModelDirectory(directory, ['config.json', 'tokenizer.json', 'model.safetensors'], {
    use: 'verifier.model: embedded',
    remedy:
      'Train it with:  fintune run recipes/embedded-verifier.yaml   or use another judge: verifier.model: {type: none}',
  })
  const { sha256 } = await modelIdentity(directory)
  const model = createModelLoader(openModel, directory)
  const oneAtATime = createLimiter(1) // an engine's calls are made one after the other
  const judgeBatch = async (pairs: readonly JudgePair[]): Promise<Verdict[]> => {
    const { engine, tokenizer } = await model.get()
    const started = performance.now()
    const groups = pairs.map((pair) => toGroup(pair, tokenizer))
    const { maxLength } = engine.capabilities()
    const fits = groups.map((group) => lengthOf(group) <= maxLength)
    const goldFits = ({ gold }: JudgePair) => lengthOf(toGroup({ gold, answer: gold }, tokenizer)) <= maxLength
    const logprobs = await engine.groupLogprobs(
      groups.filter((_, i) => fits[i]),
      { weights: 'policy', temperature: 1 },
    )
    const latencyMs = performance.now() - started
    let next = 0
    return fits.map((fit, i) => {
      if (fit) return toVerdict(logprobs[next++], threshold, latencyMs)
      return goldFits(pairs[i]) ? tooLong : goldTooLong
    })
  }
  return {
    version: `embedded:${sha256.slice(0, 12)}#${threshold}`,
    judge: async (pairs, { signal } = {}) => {
      const asked = pairs.filter((pair) => unasked(pair) === null)
      const judged: Verdict[] = []
      for (let start = 0; start < asked.length; start += batchSize) {
        signal?.throwIfAborted()
        judged.push(...(await oneAtATime(() => judgeBatch(asked.slice(start, start + batchSize)))))
      }
      let next = 0
      return pairs.map((pair) => unasked(pair) ?? judged[next++])
    },
    close: model.close,
  }
}

const tooLong: Verdict = { verdict: 'different', reason: 'the answer is far longer than the gold', decidedBy: 'length' }

const saysNothing: Verdict = {
  verdict: 'different',
  reason: 'the answer holds no letter and no digit',
  decidedBy: 'length',
}

const goldTooLong: Verdict = {
  verdict: 'unknown',
  reason: "the gold answer does not fit into the embedded verifier's context; name another judge in verifier.model",
  decidedBy: 'length',
}

function lengthOf({ prompt, completions }: TrainGroup): number {
  return prompt.length + Math.max(...completions.map(({ tokens }) => tokens.length))
}

/** The verdict on an answer that the model need not be asked about; null for all others. */
function unasked({ gold, answer }: JudgePair): Verdict | null {
  if (answer.length > longestAnswer + 2 * gold.length) return tooLong
  if (!/[\p{L}\p{N}]/u.test(answer)) return saysNothing
  return gold.length > longestGold ? goldTooLong : null
}

function toGroup(pair: JudgePair, tokenizer: Pick<Tokenizer, 'encode'>): TrainGroup {
  const { prompt, yes, no } = renderPair(pair.gold, pair.answer)
  return {
    prompt: tokenizer.encode(prompt),
    completions: [{ tokens: tokenizer.encode(yes) }, { tokens: tokenizer.encode(no) }],
  }
}

/** @param logprobs log p of each token of yes and of no */
function toVerdict(logprobs: readonly (readonly number[])[], threshold: number, latencyMs: number): Verdict {
  const [yes, no] = logprobs.map((tokens) => sum(tokens))
  const score = 1 / (1 + Math.exp(no - yes))
  if (Number.isNaN(score))
    return { verdict: 'unknown', reason: 'the model gave no probability', decidedBy: 'model', latencyMs }
  const verdict = score >= threshold ? 'equivalent' : 'different'
  return {
    verdict,
    reason: `the model gives P(equivalent) = ${score.toFixed(4)}`,
    decidedBy: 'model',
    score,
    latencyMs,
  }
}
