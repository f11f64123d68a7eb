import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { TokenizerJson } from './TokenizerJson.js'
import { writeFileAtomic } from '../lib/writeFileAtomic.js'

/** Writes tokenizer.json and tokenizer_config.json, as loadTokenizer and Transformers read them; makes the directory. */
export async function writeTokenizer(
  directory: string,
  tokenizer: TokenizerJson,
  config: { padToken?: string; bosToken?: string; eosToken?: string; chatTemplate?: string },
): Promise<void> {
  const settings = {
    tokenizer_class: 'PreTrainedTokenizerFast',
    bos_token: config.bosToken,
    eos_token: config.eosToken,
    pad_token: config.padToken,
    clean_up_tokenization_spaces: false,
    chat_template: config.chatTemplate,
  }
  await mkdir(directory, { recursive: true })
  await writeFileAtomic(join(directory, 'tokenizer.json'), `${JSON.stringify(tokenizer)}\n`)
  await writeFileAtomic(join(directory, 'tokenizer_config.json'), `${JSON.stringify(settings, null, 2)}\n`)
}
