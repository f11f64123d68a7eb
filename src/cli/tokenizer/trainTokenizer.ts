import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { InputError } from '../../lib/InputError.js'
import { commonEnglish } from '../../tokenizer/commonEnglish.js'
import { compileChatTemplate } from '../../tokenizer/compileChatTemplate.js'
import { loadTokenizer } from '../../tokenizer/loadTokenizer.js'
import { roleChatTemplate } from '../../tokenizer/roleChatTemplate.js'
import { trainBpe } from '../../tokenizer/trainBpe.js'
import { writeTokenizer } from '../../tokenizer/writeTokenizer.js'
import { fileTexts } from './fileTexts.js'
import { recipeTexts } from './recipeTexts.js'

export interface TrainTokenizerOptions {
  readonly texts: readonly string[]
  readonly recipe: readonly string[]
  /** At most so many examples of each of a recipe's data sources. */
  readonly examples: number
  readonly english: boolean
  readonly vocabSize: number
  readonly numbers: 'digits' | 'pairs'
  readonly special: readonly string[]
  readonly added: readonly string[]
  readonly pad: string
  readonly bos: string
  readonly eos: string
  readonly chatTemplate?: string
  readonly to: string
  readonly overwrite: boolean
}

/** Reads all texts, trains, and only then writes tokenizer.json and tokenizer_config.json to `to`. */
export async function trainTokenizer(options: TrainTokenizerOptions): Promise<{
  directory: string
  vocabSize: number
  merges: number
  characters: number
  charactersPerToken: number
}> {
  const { special, to } = options
  for (const name of ['pad', 'bos', 'eos'] as const) {
    if (!special.includes(options[name])) {
      throw new InputError(`--${name}: found ${options[name]}; allowed are the special tokens ${special.join(' ')}`)
    }
  }
  if (existsSync(join(to, 'tokenizer.json')) && !options.overwrite) {
    throw new InputError(`--to ${to}: there is a tokenizer.json already; add --overwrite to replace it`)
  }
  const chatTemplate = await readChatTemplate(options.chatTemplate)
  const texts = await gatherTexts(options)
  const json = trainBpe([...texts, ...(options.english ? commonEnglish() : [])], {
    vocabSize: options.vocabSize,
    numbers: options.numbers,
    specialTokens: special,
    addedTokens: options.added,
  })
  await writeTokenizer(to, json, {
    padToken: options.pad,
    bosToken: options.bos,
    eosToken: options.eos,
    chatTemplate,
  })
  const tokenizer = await loadTokenizer(to)
  const characters = texts.reduce((sum, text) => sum + text.length, 0)
  const tokens = texts.reduce((sum, text) => sum + tokenizer.encode(text).length, 0)
  return {
    directory: to,
    vocabSize: tokenizer.vocabSize,
    merges: json.model.merges.length,
    characters,
    charactersPerToken: characters / tokens,
  }
}

async function gatherTexts({ texts, recipe, examples }: TrainTokenizerOptions): Promise<string[]> {
  const found: string[] = []
  for (const path of recipe) for (const text of await recipeTexts(path, examples)) found.push(text)
  for (const path of texts) for (const text of await fileTexts(path)) found.push(text)
  if (found.some((text) => text !== '')) return found
  throw new InputError('fintune tokenizer train: found no text; give --texts FILE… or --recipe RECIPE')
}

async function readChatTemplate(path: string | undefined): Promise<string> {
  if (path === undefined) return roleChatTemplate
  const source = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new InputError(`--chat-template ${path}: cannot be read (${error.code})`, { cause: error })
  })
  compileChatTemplate(source, path, {})
  return source
}
