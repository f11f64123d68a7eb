import type { Example } from '../data/Example.js'
import type { QuestionExample } from '../data/QuestionExample.js'
import { breathe } from '../lib/breathe.js'
import { InputError } from '../lib/InputError.js'
import type { SftStage } from '../recipe/Recipe.js'
import { createSftStage } from '../sft/createSftStage.js'
import type { LabelledSequence } from '../sft/LabelledSequence.js'
import { encodeQuestions, type EncodedQuestion } from './encodeQuestions.js'
import { examplesOf } from './examplesOf.js'
import type { PreparedStage } from './PreparedStage.js'
import { requireTokenizer } from './requireTokenizer.js'
import type { StageContext } from './StageContext.js'
import { toSequence } from './toSequence.js'

/** Reads, renders and tokenises what an SFT stage learns from. */
export async function prepareSftStage(spec: SftStage, context: StageContext): Promise<PreparedStage> {
  const where = `stage ${spec.name}`
  const train = await sequencesOf(examplesOf(context.data, spec.train), where, context)
  const validation = await sequencesOf(examplesOf(context.data, spec.validation), `${where}, validation`, context)
  const training = createSftStage({
    engine: context.model.engine,
    name: spec.name,
    seed: context.recipe.seed,
    train,
    validation,
    validateEverySteps: spec.validationEverySteps ?? Infinity,
    epochs: spec.epochs,
    steps: spec.steps,
    batchSize: spec.batchSize,
    microBatchTokens: spec.microBatchTokens,
    packing: spec.packing,
    aggregation: spec.aggregation,
    maxLength: context.maxLength,
    shuffle: spec.shuffle,
    optimizer: spec.optimizer,
    warn: (message) => context.reporter.warn(message),
  })
  return { type: 'train', spec, training, needsReference: false, evaluate: null, examples: train.length }
}

/** Questions and everything else, in the order given. */
async function sequencesOf(
  examples: readonly Example[],
  where: string,
  context: StageContext,
): Promise<LabelledSequence[]> {
  const questions = examples.filter((example): example is QuestionExample => example.kind === 'question')
  const encoded = new Map(
    (await encodeQuestions(questions, where, context)).map((entry) => [entry.example, withTarget(entry, where)]),
  )
  const sequences: LabelledSequence[] = []
  for (const example of examples) {
    await breathe(context.signal)
    const sequence =
      example.kind === 'question'
        ? encoded.get(example)
        : toSequence(example, example.kind === 'tokens' ? null : requireTokenizer(context, where))
    if (sequence) sequences.push(sequence)
  }
  return sequences
}

/** @throws InputError where a question has nothing to think: an empty <think> would teach the model to skip it */
function withTarget({ item, sequence }: EncodedQuestion, where: string): LabelledSequence {
  if (item.target !== '') return sequence
  throw new InputError(
    `${where}: example ${item.id} has no reasoning in prompt.reasoning.path. Add a line for it, or use reasoning: {type: program}.`,
  )
}
