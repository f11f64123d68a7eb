import { createGrpoStage } from '../grpo/createGrpoStage.js'
import type { RolloutSource } from '../grpo/GrpoOptions.js'
import { InputError } from '../lib/InputError.js'
import type { GrpoStage } from '../recipe/Recipe.js'
import { createScorer } from '../rewards/createScorer.js'
import { rewardName } from '../rewards/rewardName.js'
import { readRecordedRollouts } from '../rollout/readRecordedRollouts.js'
import { checkedPrompts } from './checkedPrompts.js'
import { openRewards } from './openRewards.js'
import type { PreparedStage } from './PreparedStage.js'
import { prepareEvaluations } from './prepareEvaluations.js'
import { requireTokenizer } from './requireTokenizer.js'
import type { StageContext } from './StageContext.js'

/** Reads and renders what a GRPO stage samples from, and lets every reward prove itself on gold and known-bad answers. */
export async function prepareGrpoStage(spec: GrpoStage, context: StageContext): Promise<PreparedStage> {
  const { recipe, model } = context
  const { source, verifier } =
    spec.rollouts.type === 'replay'
      ? { source: await replaySource(spec.rollouts.path, context), verifier: undefined }
      : await sampleSource(spec, context)
  const count = source.type === 'sample' ? source.prompts.length : source.rollouts.length
  const stepsPerEpoch = Math.ceil(count / spec.promptsPerStep) * spec.updatesPerBatch
  const training = createGrpoStage({
    engine: model.engine,
    name: spec.name,
    seed: recipe.seed,
    source,
    steps: spec.steps ?? Math.ceil((spec.epochs ?? 1) * stepsPerEpoch),
    promptsPerStep: spec.promptsPerStep,
    numGenerations: spec.numGenerations,
    maxCompletionLength: spec.maxCompletionLength,
    updatesPerBatch: spec.updatesPerBatch,
    maxStaleness: spec.maxStaleness,
    skipEqualGroups: spec.skipEqualGroups,
    microBatchTokens: spec.microBatchTokens,
    loss: {
      ...spec.loss,
      rewardWeights: Object.fromEntries(recipe.rewards.terms.map((term) => [rewardName(term), term.weight])),
    },
    optimizer: spec.optimizer,
    maxUnknownShare: recipe.verifier.maxUnknownShare,
    onRollouts: (step, rollouts) => context.onRollouts(spec.name, step, rollouts),
  })
  return {
    type: 'train',
    spec,
    training,
    needsReference: spec.loss.beta > 0,
    evaluate: spec.evaluate ? await periodicEvaluation(spec, spec.evaluate, context) : null,
    verifier,
    examples: count,
  }
}

async function replaySource(path: string, { model }: StageContext): Promise<RolloutSource> {
  return { type: 'replay', rollouts: await readRecordedRollouts(path, model.engine.capabilities().vocabSize) }
}

async function sampleSource(
  spec: GrpoStage,
  context: StageContext,
): Promise<{ source: RolloutSource; verifier: string }> {
  const where = `stage ${spec.name}`
  const tokenizer = requireTokenizer(context, where)
  const { rewards, verifier } = await openRewards(context.recipe, {
    journal: context.verdicts,
    warn: (message) => context.reporter.warn(message),
  })
  context.onClose(() => verifier.close())
  context.verdicts?.enter(`${spec.name}/preflight`)
  const prompts = await checkedPrompts(spec, rewards, context)
  const longest = prompts.reduce((most, { tokens }) => Math.max(most, tokens.length), 0)
  if (longest + spec.maxCompletionLength > context.maxLength) {
    throw new InputError(
      `${where}: the longest prompt has ${longest} tokens and completions may have ${spec.maxCompletionLength}, together ` +
        `more than the ${context.maxLength} of model.maxLength. Lower prompt.maxPromptTokens or maxCompletionLength.`,
    )
  }
  const score = createScorer(rewards, verifier)
  const source: RolloutSource = {
    type: 'sample',
    prompts,
    shuffle: spec.shuffle,
    sampling: { ...spec.sampling, maxTokens: spec.maxCompletionLength, stopTokenIds: tokenizer.eosTokenIds },
    score: (inputs, batch, signal) => {
      context.verdicts?.enter(batch)
      return score(inputs, signal)
    },
    decode: (tokens) => tokenizer.decode(tokens),
    maxResamples: spec.dynamicSampling.enabled ? spec.dynamicSampling.maxResamples : 0,
  }
  return { source, verifier: verifier.version }
}

async function periodicEvaluation(
  spec: GrpoStage,
  evaluate: NonNullable<GrpoStage['evaluate']>,
  context: StageContext,
) {
  const decoding = {
    temperature: 0,
    topP: 1,
    topK: 0,
    minP: 0,
    repetitionPenalty: 1,
    stop: spec.sampling.stop,
    samples: 1,
    maxTokens: evaluate.maxTokens ?? spec.maxCompletionLength,
  }
  const { everySteps, data, limit } = evaluate
  return {
    everySteps,
    evaluations: await prepareEvaluations(`${spec.name}-during`, { data, limit, decoding }, context),
  }
}
