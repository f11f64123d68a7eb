import { join } from 'node:path'
import type { ChatMessage } from '../lib/ChatMessage.js'
import type { ChatTemplate } from './ChatTemplate.js'
import type { EncodedChat } from './EncodedChat.js'
import type { Tokenizer } from './Tokenizer.js'
import type { TokenizerFiles } from './readTokenizerFiles.js'
import type { TokenizerLibrary } from './openTokenizerLibrary.js'
import { assistantSpans } from './assistantSpans.js'
import { checkTokenizerJson } from './checkTokenizerJson.js'
import { compileChatTemplate } from './compileChatTemplate.js'
import { fallbackChatTemplate } from './fallbackChatTemplate.js'
import { openTokenizerLibrary } from './openTokenizerLibrary.js'
import { readEosTokenIds } from './readEosTokenIds.js'
import { readTokenizerFiles } from './readTokenizerFiles.js'
import { spansToMask } from './spansToMask.js'
import { TokenizerError } from './TokenizerError.js'

/**
 * The tokenizer of a Hugging Face model directory: tokenizer.json, and beside it, where they are there, tokenizer_config.json,
 * special_tokens_map.json, chat_template.jinja, generation_config.json and config.json. Reads local files alone.
 *
 * @throws TokenizerError when tokenizer.json is missing, or any of them is broken
 */
export async function loadTokenizer(directory: string): Promise<Tokenizer> {
  const files = await readTokenizerFiles(directory)
  const library = buildLibrary(files)
  const specialTokens = specialTokenTexts(files.config)
  const template = compileChatTemplate(
    files.chatTemplate?.source ?? fallbackChatTemplate,
    files.chatTemplate?.path ?? `${directory} (fallback chat template)`,
    { eos_token: '', bos_token: '', ...specialTokens },
  )
  return makeTokenizer(files, library, specialTokens, template, await readEosTokenIds(directory))
}

function makeTokenizer(
  files: TokenizerFiles,
  library: TokenizerLibrary,
  specialTokens: Record<string, string>,
  template: ChatTemplate,
  configuredEos: readonly number[],
): Tokenizer {
  const encode = (text: string): number[] =>
    text === '' ? [] : library.encode(text, { add_special_tokens: false }).ids
  const idOf = (name: string): number | null => {
    const token = specialTokens[name]
    return token === undefined ? null : (library.token_to_id(token) ?? null)
  }
  const added = library.get_added_tokens_decoder()
  // A byte-level token has a character for each byte; an added token stands for its own text.
  const byteLength = (id: number): number => {
    const token = added.get(id)?.content
    return token === undefined ? (library.id_to_token(id)?.length ?? 0) : Buffer.byteLength(token)
  }
  const endOfTurn = endOfTurnToken(template, library)
  const endOfTurnId = endOfTurn === null ? null : library.token_to_id(endOfTurn)!
  const eos = [idOf('eos_token'), ...configuredEos, endOfTurnId].filter((id) => id !== null)
  const renderChat = (messages: readonly ChatMessage[], options: { addGenerationPrompt: boolean }): string =>
    template.render(messages, options).text
  return {
    directory: files.directory,
    vocabSize: highestId(library) + 1,
    bosTokenId: idOf('bos_token'),
    padTokenId: idOf('pad_token'),
    eosTokenIds: [...new Set(eos)],
    endOfTurnTokenId: endOfTurnId ?? eos[0] ?? null,
    hasChatTemplate: files.chatTemplate !== null,
    encode,
    decode: (ids, options = {}) => decode(library, ids, options.skipSpecialTokens ?? true),
    tokenId: (token) => library.token_to_id(token),
    encodeSpans(text, spans) {
      const ids = encode(text)
      return { ids, mask: spansToMask(text, ids, spans, { encode, byteLength }) }
    },
    renderChat,
    encodeChat(messages, options): EncodedChat {
      const text = renderChat(messages, options)
      const ids = encode(text)
      let mask: number[] | undefined
      return {
        ids,
        get assistantMask() {
          return (mask ??= spansToMask(text, ids, assistantSpans(template, messages, options, endOfTurn), {
            encode,
            byteLength,
          }))
        },
      }
    },
  }
}

function buildLibrary(files: TokenizerFiles): TokenizerLibrary {
  const path = join(files.directory, 'tokenizer.json')
  checkTokenizerJson(path, files.tokenizer)
  try {
    return openTokenizerLibrary(files.tokenizer, files.config)
  } catch (error) {
    throw new TokenizerError(path, `cannot be used: ${(error as Error).message}`, { cause: error })
  }
}

function decode(library: TokenizerLibrary, ids: readonly number[], skipSpecialTokens: boolean): string {
  // Sampled ids may have no token (embeddings are padded to round numbers); the library would print its unknown token.
  const known = ids.filter((id) => library.id_to_token(id) !== undefined)
  if (known.length === 0) return ''
  // No clean-up of spaces: it is lossy (" ." becomes "."), and rewards compare text to the letter.
  return library.decode(known, { skip_special_tokens: skipSpecialTokens, clean_up_tokenization_spaces: false })
}

function highestId(library: TokenizerLibrary): number {
  let highest = -1
  for (const id of library.get_vocab().values()) if (id > highest) highest = id
  return highest
}

/** eos_token, bos_token, … of the config as text; an entry may be the text or {content: text}. */
function specialTokenTexts(config: Record<string, unknown>): Record<string, string> {
  const texts: Record<string, string> = {}
  for (const name of ['bos_token', 'eos_token', 'unk_token', 'pad_token', 'sep_token', 'cls_token', 'mask_token']) {
    const entry = config[name] as string | { content?: unknown } | null | undefined
    const text = typeof entry === 'object' ? entry?.content : entry
    if (typeof text === 'string') texts[name] = text
  }
  return texts
}

/** The special token that the template writes after an assistant's text, or null where there is none. */
function endOfTurnToken(template: ChatTemplate, library: TokenizerLibrary): string | null {
  const answer = 'fintune-answer'
  const messages: ChatMessage[] = [
    { role: 'user', content: 'fintune-question' },
    { role: 'assistant', content: answer },
  ]
  let text: string
  try {
    text = template.render(messages, { addGenerationPrompt: false }).text
  } catch {
    return null // a template that wants more than a question and an answer; what it refuses is reported when it is used
  }
  const after = text.slice(text.lastIndexOf(answer) + answer.length).trimStart()
  const special = [...library.get_added_tokens_decoder().values()].filter((token) => token.special)
  const candidates = special.map((token) => token.content).filter((content) => after.startsWith(content))
  return candidates.sort((a, b) => b.length - a.length)[0] ?? null
}
