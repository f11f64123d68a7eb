import { beforeAll, describe, expect, test } from 'vitest'
import type { ChatMessage } from '../../src/data/ChatMessage.js'
import type { Tokenizer } from '../../src/tokenizer/Tokenizer.js'
import { goldenText, goldenTokenizer } from './goldenTokenizer.js'

interface Templates {
  conversations: Record<string, ChatMessage[]>
  cases: { template: string; conversation: string; add_generation_prompt: boolean; rendered: string; ids: number[] }[]
  assistant_masks: { conversation: string; ids: number[]; assistant_mask: number[] }[]
}
const { conversations, cases, assistant_masks } = JSON.parse(goldenText('templates.json')) as Templates
const { strings } = JSON.parse(goldenText('token_ids.json')) as {
  strings: { text: string; ids: number[]; decoded: string }[]
}

const names = ['qwen2.5-style', 'smollm2', 'qwen2.5-style-train']
const tokenizers: Record<string, Tokenizer> = {}
beforeAll(async () => {
  for (const name of names) tokenizers[name] = await goldenTokenizer(goldenText(`${name}.jinja`))
})

test('there are 66 strings and 16 renderings', () => {
  expect([strings.length, cases.length]).toEqual([66, 16])
})

// What the Rust library gives; "½ ⅔ ² ³ Ⅳ ٣" among them needs widenDigits.
test.each(strings)('ids and back: $text', ({ text, ids, decoded }) => {
  expect(tokenizers.smollm2.encode(text)).toEqual(ids)
  expect(tokenizers.smollm2.decode(ids, { skipSpecialTokens: false })).toBe(decoded)
})

test.each(cases)('$template, $conversation, prompt $add_generation_prompt', (golden) => {
  const tokenizer = tokenizers[golden.template]
  const messages = conversations[golden.conversation]
  const options = { addGenerationPrompt: golden.add_generation_prompt }
  expect(tokenizer.renderChat(messages, options)).toBe(golden.rendered)
  expect(tokenizer.encodeChat(messages, options).ids).toEqual(golden.ids)
})

describe.each(assistant_masks)('assistant mask of $conversation', ({ conversation, ids, assistant_mask }) => {
  // The train template says where the assistant's part lies; from the plain one of the same text it has to be found.
  test.each(['qwen2.5-style-train', 'qwen2.5-style'])('by %s', (name) => {
    const encoded = tokenizers[name].encodeChat(conversations[conversation], { addGenerationPrompt: false })
    expect(encoded.ids).toEqual(ids)
    expect(encoded.assistantMask).toEqual(assistant_mask)
  })
})
