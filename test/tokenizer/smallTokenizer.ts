import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Tokenizer } from '../../src/tokenizer/Tokenizer.js'
import { loadTokenizer } from '../../src/tokenizer/loadTokenizer.js'
import { trainBpe } from '../../src/tokenizer/trainBpe.js'
import { writeTokenizer } from '../../src/tokenizer/writeTokenizer.js'

const json = trainBpe(['Hi\n\n\nHi\n\n\n'], {
  vocabSize: 300,
  specialTokens: ['<|im_start|>', '<|im_end|>'],
  addedTokens: ['<think>', '</think>'],
})

/** Some bytes, "\n\n" in one token, and ChatML's marks: enough to try chat templates on, and quick to load. */
export async function smallTokenizer(template: string | null): Promise<Tokenizer> {
  const directory = mkdtempSync(join(tmpdir(), 'fintune-tokenizer-'))
  try {
    await writeTokenizer(directory, json, { eosToken: '<|im_end|>' })
    if (template !== null) writeFileSync(join(directory, 'chat_template.jinja'), template)
    return await loadTokenizer(directory)
  } finally {
    rmSync(directory, { recursive: true })
  }
}
