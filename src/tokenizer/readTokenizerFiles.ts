import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readJsonFile } from './readJsonFile.js'
import { TokenizerError } from './TokenizerError.js'

/** What a model directory says about its tokenizer, read but not yet understood. */
export interface TokenizerFiles {
  readonly directory: string
  readonly tokenizer: Record<string, unknown>
  /** tokenizer_config.json over special_tokens_map.json; empty where there is neither. */
  readonly config: Record<string, unknown>
  /** The chat template and the file it stood in; null where the model has none. */
  readonly chatTemplate: { source: string; path: string } | null
}

/**
 * Reads tokenizer.json and, where they are there, tokenizer_config.json, special_tokens_map.json and chat_template.jinja.
 *
 * @throws TokenizerError when tokenizer.json is missing or a file is not what it should be
 */
export async function readTokenizerFiles(directory: string): Promise<TokenizerFiles> {
  const path = join(directory, 'tokenizer.json')
  const tokenizer = await readJsonFile(path)
  if (tokenizer === null) {
    throw new TokenizerError(
      path,
      'no such file. A model directory needs its tokenizer.json to read and write text; without one, give token ids ' +
        '(fintune sample --tokens FILE, data of type tokens). Fetch tokenizer.json and tokenizer_config.json of the same model.',
    )
  }
  const specialTokens = await readJsonFile(join(directory, 'special_tokens_map.json'))
  const config = { ...specialTokens, ...(await readJsonFile(join(directory, 'tokenizer_config.json'))) }
  return { directory, tokenizer, config, chatTemplate: await readChatTemplate(directory, config.chat_template) }
}

/** chat_template.jinja goes before the config's chat_template, as in Transformers; of several named ones it is `default`. */
async function readChatTemplate(directory: string, inConfig: unknown): Promise<TokenizerFiles['chatTemplate']> {
  const path = join(directory, 'chat_template.jinja')
  const source = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw new TokenizerError(path, `cannot be read: ${error.message}`, { cause: error })
  })
  if (source !== null) return { source, path }
  const configPath = join(directory, 'tokenizer_config.json')
  if (typeof inConfig === 'string') return { source: inConfig, path: configPath }
  if (inConfig === undefined || inConfig === null) return null
  const named = Array.isArray(inConfig) ? (inConfig as { name?: unknown; template?: unknown }[]) : []
  const chosen = named.find((entry) => entry?.name === 'default')?.template
  if (typeof chosen === 'string') return { source: chosen, path: configPath }
  throw new TokenizerError(configPath, 'chat_template: expected a template, or a list with one named "default"')
}
