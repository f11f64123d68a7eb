import { basename } from 'node:path'
import { openDataSource } from '../../data/openDataSource.js'
import type { QuestionExample } from '../../data/QuestionExample.js'
import type { RenderOptions } from '../../data/render/RenderOptions.js'
import { evaluate } from '../../eval/evaluate.js'
import type { AnsweredExample, EvalResult } from '../../eval/EvalResult.js'
import { questionPrompt } from '../../launch/questionPrompt.js'
import { InputError } from '../../lib/InputError.js'
import { progressLine } from '../../lib/progressLine.js'
import { openCommandModel } from '../openCommandModel.js'
import { parseDataOption } from './parseDataOption.js'

export interface EvaluateModelOptions {
  readonly model: string
  readonly data: string
  readonly limit?: number
  readonly template?: 'fin-r1' | 'compact'
  readonly system?: string
  readonly context: 'full' | 'evidence'
  readonly table?: 'rows' | 'sentences'
  readonly answer: 'program' | 'text'
  readonly history: 'gold' | 'own'
  readonly maxPromptTokens: number
  readonly maxTokens: number
  readonly samples: number
  readonly backend: 'auto' | 'native' | 'tensorflow' | 'wasm' | 'cpu'
  readonly threads: number | 'auto'
  readonly adapter?: string
}

/** Opens model and data, answers every question, scores. */
export async function evaluateModel(
  options: EvaluateModelOptions,
  silent: boolean,
): Promise<{ result: EvalResult; answered: AnsweredExample[] }> {
  const source = parseDataOption(options.data, options.limit ?? 1000)
  const { examples } = await openDataSource(source, { limit: options.limit })
  const { engine, tokenizer, directory } = await openCommandModel(options.model, options)
  const progress = progressLine({ silent })
  try {
    if (!tokenizer) throw new InputError(`${directory} has no tokenizer.json, and questions are text`)
    const isEmbedded = tokenizer.tokenId('<|user|>') !== undefined
    const render: RenderOptions = {
      template: options.template ?? (isEmbedded ? 'compact' : 'fin-r1'),
      system: options.system,
      context: options.context,
      table: options.table ?? (isEmbedded ? 'sentences' : 'rows'),
      answer: options.answer,
      reasoning: { type: 'program' },
      maxPromptTokens: Math.min(options.maxPromptTokens, engine.capabilities().maxLength - options.maxTokens),
      onTooLong: 'trim',
    }
    return await evaluate({
      engine,
      stage: basename(options.model),
      data: options.data,
      examples: examples as QuestionExample[],
      history: options.history,
      toPrompt: (example, ownAnswers) => {
        const prompt = questionPrompt(example, { tokenizer, render }, ownAnswers)
        if (prompt) return prompt.item
        throw new InputError(`${example.id}: its question alone is longer than --max-prompt-tokens`)
      },
      decode: (tokens) => tokenizer.decode(tokens),
      answer: options.answer,
      sampling: {
        temperature: options.samples > 1 ? 0.7 : 0,
        topP: 1,
        topK: 0,
        minP: 0,
        repetitionPenalty: 1,
        stop: [],
        maxTokens: options.maxTokens,
        stopTokenIds: tokenizer.eosTokenIds,
      },
      samples: options.samples,
      seed: 0,
      onProgress: ({ answered, of, tokens }) => progress.update(`${answered}/${of} answered  ${tokens} tokens`),
    })
  } finally {
    progress.close()
    await engine.close()
  }
}
