import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { TokenizerError } from '../../src/tokenizer/TokenizerError.js'
import { loadTokenizer } from '../../src/tokenizer/loadTokenizer.js'
import { requireTokenizerFits } from '../../src/tokenizer/requireTokenizerFits.js'
import { trainBpe } from '../../src/tokenizer/trainBpe.js'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'fintune-tokenizer-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

const write = (name: string, content: unknown) =>
  writeFileSync(join(directory, name), typeof content === 'string' ? content : JSON.stringify(content))
const json = () => trainBpe(['a b c a b c'], { vocabSize: 264, specialTokens: ['<pad>', '<s>', '</s>', '<end>'] })
const problem = () =>
  loadTokenizer(directory).then(
    () => 'none',
    (error: unknown) => {
      expect(error).toBeInstanceOf(TokenizerError)
      expect((error as TokenizerError).exitCode).toBe(2)
      return (error as TokenizerError).message
    },
  )

describe('broken files are named, with what was found', () => {
  test('none there', async () => {
    expect(await problem()).toMatch(/tokenizer\.json: no such file.*--tokens FILE/)
  })
  test('cut off', async () => {
    write('tokenizer.json', JSON.stringify(json()).slice(0, 500))
    expect(await problem()).toMatch(/tokenizer\.json: not valid JSON .*500 bytes/)
  })
  test.each([
    ['[]', /found a list, expected a JSON object/],
    ['{"vocab": {}}', /found vocab; a tokenizer\.json has model\.vocab/],
    ['{"model": {"type": "BPE", "vocab": {"a": 0}}}', /model\.merges: found undefined/],
    ['{"model": {"type": "BPE", "vocab": {"a": "0"}, "merges": []}}', /model\.vocab\["a"\]: found "0"/],
    [
      '{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}, "added_tokens": [{"id": 1}]}',
      /added_tokens\[0\]: found {"id":1}/,
    ],
    [
      '{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}, "pre_tokenizer": {"type": "Nonsense"}}',
      /cannot be used: .*Nonsense/,
    ],
    [
      '{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}, "pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "Split", "pattern": {"Regex": "a"}, "behavior": "MergedWithNext"}]}}',
      /pre_tokenizer\.pretokenizers\[0\]\.behavior: found MergedWithNext; allowed: Isolated, Removed/,
    ],
  ])('%s', async (content, message) => {
    write('tokenizer.json', content)
    expect(await problem()).toMatch(message)
  })
  test('a tokenizer_config.json that is not JSON', async () => {
    write('tokenizer.json', json())
    write('tokenizer_config.json', '{')
    expect(await problem()).toMatch(/tokenizer_config\.json: not valid JSON/)
  })
  test('a chat template that is not Jinja, and one list without a default', async () => {
    write('tokenizer.json', json())
    write('chat_template.jinja', '{% if %}')
    expect(await problem()).toMatch(/chat_template\.jinja: the chat template is not valid Jinja/)
    rmSync(join(directory, 'chat_template.jinja'))
    write('tokenizer_config.json', { chat_template: [{ name: 'tool_use', template: 'x' }] })
    expect(await problem()).toMatch(/chat_template: expected a template, or a list with one named "default"/)
  })
  test('an eos_token_id that is no id', async () => {
    write('tokenizer.json', json())
    write('generation_config.json', { eos_token_id: ['2'] })
    expect(await problem()).toMatch(/generation_config\.json: eos_token_id: found \["2"\]/)
  })
  test('a directory where a file should be', async () => {
    mkdirSync(join(directory, 'tokenizer.json'))
    expect(await problem()).toMatch(/tokenizer\.json: cannot be read/)
  })
})

test('what a template refuses is told in its own words', async () => {
  write('tokenizer.json', json())
  write('chat_template.jinja', "{{ raise_exception('roles must alternate') }}")
  const tokenizer = await loadTokenizer(directory)
  const render = () => tokenizer.renderChat([{ role: 'user', content: 'a' }], { addGenerationPrompt: false })
  expect(render).toThrow(/chat_template\.jinja: the chat template refused a conversation of user: roles must alternate/)
})

test('ends of a completion: the tokenizer’s EOS, the generation config’s, the model’s, the end of turn; each once', async () => {
  write('tokenizer.json', json())
  write('tokenizer_config.json', {
    eos_token: { content: '</s>' },
    pad_token: '<pad>',
    chat_template: [{ name: 'default', template: "{% for m in messages %}{{ m.content + '<end>\\n' }}{% endfor %}" }],
  })
  write('special_tokens_map.json', { bos_token: '<s>', eos_token: '<pad>' })
  write('generation_config.json', { eos_token_id: [2, 7] })
  write('config.json', { eos_token_id: 9 })
  const tokenizer = await loadTokenizer(directory)
  expect(tokenizer.eosTokenIds).toEqual([2, 7, 9, 3])
  expect(tokenizer).toMatchObject({ padTokenId: 0, bosTokenId: 1, endOfTurnTokenId: 3, hasChatTemplate: true })
})

test('chat_template.jinja goes before the template in the config', async () => {
  write('tokenizer.json', json())
  write('tokenizer_config.json', { chat_template: 'config' })
  write('chat_template.jinja', 'file')
  expect((await loadTokenizer(directory)).renderChat([], { addGenerationPrompt: false })).toBe('file')
})

test('a template that asks for the date always gets the same one', async () => {
  write('tokenizer.json', json())
  write('chat_template.jinja', "{{ strftime_now('%d %b %Y') }}")
  const tokenizer = await loadTokenizer(directory)
  expect(tokenizer.renderChat([], { addGenerationPrompt: false })).toBe('26 Jul 2024')
})

test('ids beyond the vocabulary give no text (embeddings are padded), and nothing decodes to nothing', async () => {
  write('tokenizer.json', json())
  const tokenizer = await loadTokenizer(directory)
  expect(tokenizer.decode([...tokenizer.encode('yes'), 300, 151_000])).toBe('yes')
  expect(tokenizer.decode([])).toBe('')
})

test('spaces before punctuation are kept', async () => {
  write('tokenizer.json', json())
  write('tokenizer_config.json', { clean_up_tokenization_spaces: true })
  const tokenizer = await loadTokenizer(directory)
  expect(tokenizer.decode(tokenizer.encode("is n't it 5 . 3 ?"))).toBe("is n't it 5 . 3 ?")
})

test('a tokenizer fits a model that has a row for each of its ids, or more', () => {
  const tokenizer = { directory: 'models/x', vocabSize: 1536 }
  requireTokenizerFits(tokenizer, 1536)
  requireTokenizerFits(tokenizer, 2048)
  expect(() => requireTokenizerFits(tokenizer, 320)).toThrow(
    /models\/x\/tokenizer\.json: the tokenizer does not fit the model: its ids go up to 1535, but the model has 320/,
  )
})

test('the golden files are the ones with a licence notice', () => {
  expect(readFileSync(new URL('../../NOTICE', import.meta.url), 'utf8')).toContain('test/golden/chat/tokenizer.json.gz')
})
