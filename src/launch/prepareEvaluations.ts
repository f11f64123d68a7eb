import type { QuestionExample } from '../data/QuestionExample.js'
import { InputError } from '../lib/InputError.js'
import type { DecodingSpec } from '../recipe/Recipe.js'
import { encodeQuestions } from './encodeQuestions.js'
import type { PreparedEvaluation } from './PreparedStage.js'
import { questionPrompt } from './questionPrompt.js'
import { questionsOf } from './questionsOf.js'
import { requireTokenizer } from './requireTokenizer.js'
import type { StageContext } from './StageContext.js'

/** One evaluation a data source: examples chosen, prompts rendered (those under gold history), decoding laid down. */
export async function prepareEvaluations(
  stage: string,
  spec: { data: readonly string[]; limit?: number; decoding: DecodingSpec },
  context: StageContext,
): Promise<PreparedEvaluation[]> {
  const { recipe, model, data } = context
  const tokenizer = requireTokenizer(context, `stage ${stage}`)
  const tools = { tokenizer, render: context.render }
  const prepare = async (name: string): Promise<PreparedEvaluation> => {
    const where = `stage ${stage}, data ${name}`
    const examples = questionsOf(data, [name], where).slice(0, spec.limit)
    const encoded = await encodeQuestions(examples, where, context)
    const items = new Map(encoded.map(({ example, item }) => [example, item]))
    const source = recipe.data[name]
    const { maxTokens, samples, ...sampling } = spec.decoding
    requireRoom(encoded, maxTokens, context.maxLength, where)
    return {
      engine: model.engine,
      stage,
      data: name,
      examples: encoded.map(({ example }) => example),
      history: source.type === 'convfinqa' ? source.history : 'gold',
      toPrompt: (example: QuestionExample, ownAnswers) => {
        const item = ownAnswers ? questionPrompt(example, tools, ownAnswers)?.item : items.get(example)
        if (!item)
          throw new InputError(`${where}: the prompt of ${example.id} does not fit with the model's own answers`)
        return item
      },
      decode: (tokens) => tokenizer.decode(tokens),
      answer: recipe.prompt.answer,
      sampling: { ...sampling, maxTokens, stopTokenIds: tokenizer.eosTokenIds },
      samples,
      seed: recipe.seed,
    }
  }
  const prepared: PreparedEvaluation[] = []
  for (const name of spec.data) prepared.push(await prepare(name))
  return prepared
}

function requireRoom(
  encoded: readonly { item: { id: string; tokens: readonly number[] } }[],
  maxTokens: number,
  maxLength: number,
  where: string,
): void {
  const longest = encoded.reduce((most, { item }) => Math.max(most, item.tokens.length), 0)
  if (longest + maxTokens <= maxLength) return
  throw new InputError(
    `${where}: the longest prompt has ${longest} tokens and answers may have ${maxTokens}, together more than the ` +
      `${maxLength} of model.maxLength. Lower prompt.maxPromptTokens or the answer's length, or raise model.maxLength.`,
  )
}
