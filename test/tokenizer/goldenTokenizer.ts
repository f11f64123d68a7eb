import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Tokenizer } from '../../src/tokenizer/Tokenizer.js'
import { loadTokenizer } from '../../src/tokenizer/loadTokenizer.js'

const golden = new URL('../golden/chat/', import.meta.url)

/** A file of test/golden/chat as text. */
export function goldenText(name: string): string {
  return readFileSync(new URL(name, golden), 'utf8')
}

/** SmolLM2's tokenizer, loaded from a model directory with the given chat template. */
export async function goldenTokenizer(template: string): Promise<Tokenizer> {
  const directory = mkdtempSync(join(tmpdir(), 'fintune-tokenizer-'))
  try {
    writeFileSync(join(directory, 'tokenizer.json'), gunzipSync(readFileSync(new URL('tokenizer.json.gz', golden))))
    writeFileSync(join(directory, 'tokenizer_config.json'), '{"eos_token": "<|im_end|>", "bos_token": "<|im_start|>"}')
    writeFileSync(join(directory, 'chat_template.jinja'), template)
    return await loadTokenizer(directory)
  } finally {
    rmSync(directory, { recursive: true })
  }
}
