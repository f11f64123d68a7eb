import { describe, expect, test } from 'vitest'
import type { ChatMessage } from '../../src/data/ChatMessage.js'
import type { Tokenizer } from '../../src/tokenizer/Tokenizer.js'
import { TokenizerError } from '../../src/tokenizer/TokenizerError.js'
import { smallTokenizer } from './smallTokenizer.js'

/** The text of the masked tokens, a string a run. */
function maskedText(tokenizer: Tokenizer, messages: readonly ChatMessage[]): string[] {
  const { ids, assistantMask } = tokenizer.encodeChat(messages, { addGenerationPrompt: false })
  const runs: number[][] = []
  ids.forEach((id, i) => {
    if (assistantMask[i] === 0) return
    if (assistantMask[i - 1] !== 1) runs.push([])
    runs.at(-1)!.push(id)
  })
  return runs.map((run) => tokenizer.decode(run, { skipSpecialTokens: false }))
}

const chat = (...contents: string[]): ChatMessage[] =>
  contents.map((content, i) => ({ role: i % 2 === 0 ? 'user' : 'assistant', content }))

const plain =
  "{% for m in messages %}{{ '<|im_start|>' + m.role + '\\n' + m.content + '<|im_end|>\\n' }}{% endfor %}" +
  "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"

describe('found by rendering what goes before', () => {
  test('an answer that says again what the user said, and one that is empty', async () => {
    const tokenizer = await smallTokenizer(plain)
    expect(maskedText(tokenizer, chat('yes', 'yes', 'yes', ''))).toEqual(['yes<|im_end|>', '<|im_end|>'])
  })

  test('an answer that holds the end-of-turn token itself', async () => {
    const tokenizer = await smallTokenizer(plain)
    expect(maskedText(tokenizer, chat('q', 'a<|im_end|>b', 'q'))).toEqual(['a<|im_end|>b<|im_end|>'])
  })

  test('an answer opening with newlines: the token that its header’s newline runs into is its own', async () => {
    const tokenizer = await smallTokenizer(plain)
    // "assistant\n" + "\n\nHi": GPT-2's expression takes "\n\n" before the last newline, so one token straddles the edge.
    expect(maskedText(tokenizer, chat('q', '\n\nHi'))).toEqual(['\n\n\nHi<|im_end|>'])
  })

  test('a template that trims what it is given', async () => {
    const tokenizer = await smallTokenizer(plain.replace('m.content', '(m.content | trim)'))
    expect(maskedText(tokenizer, chat('q', '  a b \n', 'q', 'c'))).toEqual(['a b<|im_end|>', 'c<|im_end|>'])
  })

  test('a template that keeps thoughts in the last turn alone (as Qwen3’s)', async () => {
    const template =
      "{% for m in messages %}{{ '<|im_start|>' + m.role + '\\n' }}{% if m.role == 'assistant' and not loop.last %}" +
      "{{ m.content.split('</think>')[-1] }}{% else %}{{ m.content }}{% endif %}{{ '<|im_end|>\\n' }}{% endfor %}" +
      "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
    const tokenizer = await smallTokenizer(template)
    const messages = chat('q', '<think>x</think>one', 'q', '<think>y</think>two')
    expect(maskedText(tokenizer, messages)).toEqual(['one<|im_end|>', '<think>y</think>two<|im_end|>'])
  })

  test('a generation prompt that opens the thought (as R1’s) which the answer’s own text then opens, or does not', async () => {
    const tokenizer = await smallTokenizer(plain.replace("assistant\\n' }}{% endif", "assistant\\n<think>' }}{% endif"))
    expect(maskedText(tokenizer, chat('q', 'no thought'))).toEqual(['no thought<|im_end|>'])
  })

  test('a conversation that the assistant opens', async () => {
    const tokenizer = await smallTokenizer(plain)
    const messages: ChatMessage[] = [
      { role: 'assistant', content: 'Hello' },
      { role: 'user', content: 'Hello' },
    ]
    expect(maskedText(tokenizer, messages)).toEqual(['Hello<|im_end|>'])
  })

  test('no generation prompt in the template: the text tells', async () => {
    const tokenizer = await smallTokenizer(plain.slice(0, plain.indexOf('{% if')))
    expect(maskedText(tokenizer, chat('user', 'a', 'a', 'b'))).toEqual(['a<|im_end|>', 'b<|im_end|>'])
  })

  test('no chat template at all: the fallback', async () => {
    const tokenizer = await smallTokenizer(null)
    const messages = chat('q', 'a', 'r', 'b')
    expect(tokenizer.hasChatTemplate).toBe(false)
    expect(tokenizer.renderChat(messages.slice(0, 3), { addGenerationPrompt: true })).toBe(
      'User:\nq\n\nAssistant:\na<|im_end|>\n\nUser:\nr\n\nAssistant:\n',
    )
    expect(maskedText(tokenizer, messages)).toEqual(['a<|im_end|>', 'b<|im_end|>'])
  })

  test('a template that counts the messages in its head is refused, with what to do', async () => {
    const tokenizer = await smallTokenizer('{{ messages | length }}\n' + plain)
    const encoded = tokenizer.encodeChat(chat('q', 'a'), { addGenerationPrompt: false })
    expect(encoded.ids.length).toBeGreaterThan(0)
    expect(() => encoded.assistantMask).toThrow(TokenizerError)
    expect(() => encoded.assistantMask).toThrow(/chat_template.jinja.*before turn 1.*\{% generation %\}/s)
  })
})

describe('generation marks', () => {
  test('trim white space as Jinja does, and leave the text alone', async () => {
    const marked =
      '{% for m in messages %}\n  [{%- generation -%}   {{ m.content }} {%- endgeneration %}]\n{% endfor %}'
    const unmarked = '{% for m in messages %}\n  [{{ m.content }}]\n{% endfor %}'
    const messages = chat('a', 'b')
    const text = (await smallTokenizer(marked)).renderChat(messages, { addGenerationPrompt: false })
    expect(text).toBe((await smallTokenizer(unmarked)).renderChat(messages, { addGenerationPrompt: false }))
    expect(text).toBe('  [a]\n  [b]\n')
  })

  test('that do not pair are an error', async () => {
    const tokenizer = await smallTokenizer(
      '{% generation %}{% generation %}{% endgeneration %}{{ messages[0].content }}',
    )
    expect(() => tokenizer.renderChat(chat('a'), { addGenerationPrompt: false })).toThrow(/marks must come in pairs/)
  })
})
