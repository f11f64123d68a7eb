import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { DataSource } from '../../src/data/DataSource.js'
import type { QuestionExample } from '../../src/data/QuestionExample.js'
import type { ConvfinqaEntry } from '../../src/data/synthetic/ConvfinqaEntry.js'
import { DataError } from '../../src/data/DataError.js'
import { findEvidence } from '../../src/data/findEvidence.js'
import { openDataSource } from '../../src/data/openDataSource.js'
import { readGoldAnswers } from '../../src/data/readGoldAnswers.js'
import { readPredictions } from '../../src/data/readPredictions.js'
import { readTraces } from '../../src/data/readTraces.js'
import { makeSyntheticEntry } from '../../src/data/synthetic/makeSyntheticEntry.js'

let directory: string
beforeAll(async () => (directory = await mkdtemp(join(tmpdir(), 'fintune-data-'))))
afterAll(() => rm(directory, { recursive: true }))

const file = async (name: string, content: string | Uint8Array) => {
  await writeFile(join(directory, name), content)
  return name
}
const open = (source: DataSource) => openDataSource(source, { baseDir: directory })
const failure = (source: DataSource): Promise<DataError> =>
  open(source).then(
    () => expect.unreachable('it was read'),
    (error: unknown) => error as DataError,
  )
const entries = Array.from({ length: 40 }, (_, number) => makeSyntheticEntry({ seed: 2 }, number))
const entry = (change: object) => ({ ...entries[0], ...change })

describe('FinQA', () => {
  test('JSON, JSONL and a byte order mark give the same examples, with the file’s hash', async () => {
    const json = JSON.stringify(entries)
    const plain = await open({ type: 'finqa', path: await file('a.json', json) })
    const lines = await open({
      type: 'finqa',
      path: await file('a.jsonl', entries.map((e) => JSON.stringify(e)).join('\r\n')),
    })
    const marked = await open({ type: 'finqa', path: await file('b.json', `\ufeff${json}`) })
    expect(plain.examples).toHaveLength(40)
    expect(lines.examples).toEqual(plain.examples)
    expect(marked.examples).toEqual(plain.examples)
    expect(plain.files).toEqual([
      { path: 'a.json', sha256: createHash('sha256').update(json).digest('hex'), examples: 40 },
    ])
    expect(
      (await openDataSource({ type: 'finqa', path: 'a.json', limit: 5 }, { baseDir: directory })).examples,
    ).toHaveLength(5)
  })

  test('the hub’s parquet', async () => {
    const path = fileURLToPath(new URL('../golden/finqa/hub.parquet', import.meta.url))
    const { examples, malformed } = await open({ type: 'finqa', path })
    expect(malformed).toEqual([])
    expect(examples).toMatchObject([
      { id: 'synthetic-9/page_0.pdf-1', program: 'subtract(94, 32)', exeAns: 62, evidence: ['table_1'], answer: '62' },
      { id: 'synthetic-9/page_1.pdf-1', exeAns: 'yes', evidence: ['text_0', 'table_2'] },
    ])
    expect((examples[0] as QuestionExample).page.table).toEqual([
      ['in millions', '2009', '2008'],
      ['cash', '$ 94', '32'],
    ])
  })

  test('malformed pages are left out and listed with file, place, key, what was found and what is allowed', async () => {
    const bad = [...entries, { ...entry({ id: 'x-1' }), table: [['a'], 5] }, entry({ id: 'y-1', qa: undefined })]
    const { examples, malformed } = await open({ type: 'finqa', path: await file('bad.json', JSON.stringify(bad)) })
    expect(examples).toHaveLength(40)
    expect(malformed).toEqual([
      { file: join(directory, 'bad.json'), place: '[40].table[1]', found: '5', allowed: 'a list of texts' },
      { file: join(directory, 'bad.json'), place: '[41].qa', found: 'nothing', allowed: 'an object' },
    ])
  })

  test.each([
    ['id', { id: '' }],
    ['pre_text', { pre_text: 'text' }],
    ['table', { table: {} }],
    ['table[0]', { table: [[]] }],
    ['qa.question', { qa: { program: 'x', exe_ans: 1 } }],
    ['qa.program', { qa: { question: 'x', program: 5, exe_ans: 1 } }],
    ['qa.exe_ans', { qa: { question: 'x', program: 'x', exe_ans: '5' } }],
    ['qa.gold_inds', { qa: { question: 'x', program: 'x', exe_ans: 5, gold_inds: { row_1: '' } } }],
  ])('names %s', async (key, change) => {
    const error = await failure({ type: 'finqa', path: await file('one.json', JSON.stringify([entry(change)])) })
    expect(error).toBeInstanceOf(DataError)
    expect(error.exitCode).toBe(2)
    expect(error.problems[0].place).toBe(`[0].${key}`)
  })

  test('too many malformed ones stop it; how many is a setting; a repeated id is one', async () => {
    const path = await file('many.json', JSON.stringify([...entries.slice(0, 8), entries[0], entry({ id: 5 })]))
    const error = await failure({ type: 'finqa', path })
    expect(error.message).toContain('2 of 10 entries are malformed')
    expect(error.message).toContain('maxMalformedShare')
    expect(error.message).toContain(`[8]: found id "${entries[0].id}" again`)
    expect((await open({ type: 'finqa', path, maxMalformedShare: 0.2 })).examples).toHaveLength(8)
  })

  test.each([
    ['nothing.json', '', 'is empty'],
    ['none.json', '[]', 'holds no finqa example'],
    ['object.json', '{}', 'a list of entries is expected'],
    ['cut.json', JSON.stringify(entries).slice(0, 5000), 'before it is complete'],
    ['wrong.json', '[\n{"id": x}]', 'line 2, column 8'],
    ['bytes.json', new Uint8Array([0x5b, 0xff, 0x5d]), 'not UTF-8'],
    ['false.parquet', 'PAR1 and nothing', 'parquet'],
  ])('%s: %s', async (name, content, message) => {
    const error = await failure({ type: 'finqa', path: await file(name, content) })
    expect(error).toBeInstanceOf(DataError)
    expect(error.message).toContain(name)
    expect(error.message).toContain(message)
  })

  test('a file that is not there', async () => {
    expect((await failure({ type: 'finqa', path: 'gone.json' })).message).toContain(
      'gone.json: cannot be read (ENOENT)',
    )
  })
})

describe('ConvFinQA', () => {
  const conversations = Array.from({ length: 5 }, (_, number) => makeSyntheticEntry({ seed: 2, turns: 1 }, number))
  const { annotation } = conversations[0] as ConvfinqaEntry

  test('a conversation gives its turns', async () => {
    const { examples } = await open({ type: 'convfinqa', path: await file('c.json', JSON.stringify(conversations)) })
    const turns = (examples as QuestionExample[]).filter(({ conversationId }) => conversationId === conversations[0].id)
    expect(turns.map(({ question }) => question)).toEqual(annotation.dialogue_break)
    expect(turns.map(({ id }) => id)).toEqual(
      annotation.dialogue_break.map((_, turn) => `${conversations[0].id}_${turn}`),
    )
    expect(turns[2].history.map(({ program }) => program)).toEqual(annotation.turn_program.slice(0, 2))
  })

  test('an official turn file gives the same turns', async () => {
    const rows = annotation.dialogue_break.map((_, turn) => ({
      ...conversations[0],
      id: `${conversations[0].id}_${turn}`,
      annotation: {
        ...annotation,
        cur_program: annotation.turn_program[turn],
        cur_dial: annotation.dialogue_break.slice(0, turn + 1),
        exe_ans: annotation.exe_ans_list[turn],
        turn_ind: turn,
      },
    }))
    const path = await file('turns.json', JSON.stringify(rows))
    const { examples } = await open({ type: 'convfinqa', path })
    const whole = await open({
      type: 'convfinqa',
      path: await file('c1.json', JSON.stringify(conversations.slice(0, 1))),
    })
    expect(examples).toEqual(whole.examples)
    const [fromTurns, fromConversation] = await Promise.all(
      [path, 'c1.json'].map((name) => readGoldAnswers('convfinqa', join(directory, name))),
    )
    expect([...fromTurns]).toEqual([...fromConversation])
  })

  test('the last turns alone, with the lines that hold the figures of their conversations', async () => {
    const path = await file('last.json', JSON.stringify(conversations))
    const { examples } = await open({ type: 'convfinqa', path, turns: 'last', evidence: 'figures' })
    expect(examples.map(({ id }) => id)).toEqual(
      (conversations as ConvfinqaEntry[]).map(
        ({ id, annotation: { turn_program } }) => `${id}_${turn_program.length - 1}`,
      ),
    )
    const [{ evidence, page }] = examples as QuestionExample[]
    expect(evidence).toEqual(findEvidence(page, annotation.turn_program))
    expect(evidence).not.toHaveLength(0)
  })

  test.each([
    ['a row', ['subtract(206, 181)', 'subtract(206, 181), divide(#0, 181)'], ['table_1']],
    ['a named row', ['table_sum(shares, none)'], ['table_2']],
    ['a sentence only for what no row holds', ['add(206, 1,450)'], ['table_1', 'text_1']],
    ['text after the table', ['12%'], ['text_2']],
    ['a lone number', ['45'], ['table_2']],
    ['nothing', ['divide(999, const_100)', 'not a program'], []],
  ])('evidence by figures: %s', (_, programs, expected) => {
    const page = {
      preText: ['in 2009 it was 206 .', 'some $ 1450 of it'],
      postText: ['12 % of all'],
      table: [
        ['', '2009', '2008'],
        ['cash', '$ 206', '181'],
        ['shares', '45', '1.45'],
      ],
    }
    expect(findEvidence(page, programs)).toEqual(expected)
  })

  test('lists that do not match are named', async () => {
    const bad = [{ ...conversations[0], annotation: { ...annotation, turn_program: [] } }]
    const error = await failure({ type: 'convfinqa', path: await file('cbad.json', JSON.stringify(bad)) })
    expect(error.message).toContain('0 programs')
  })
})

describe('messages and tokens', () => {
  const message = (role: string) => ({ role, content: 'x' })
  test('are read', async () => {
    const chats = await file('m.jsonl', `${JSON.stringify({ messages: [message('user'), message('assistant')] })}\n\n`)
    expect((await open({ type: 'messages', path: chats })).examples).toEqual([
      { kind: 'messages', id: 'line 1', messages: [message('user'), message('assistant')] },
    ])
    const ids = await file('t.jsonl', '{"input_ids": [1, 2], "labels": [-100, 2]}\n{"input_ids": [3]}')
    expect((await open({ type: 'tokens', path: ids })).examples).toEqual([
      { kind: 'tokens', id: 'line 1', inputIds: [1, 2], labels: [-100, 2] },
      { kind: 'tokens', id: 'line 2', inputIds: [3], labels: [3] },
    ])
  })

  test.each([
    ['tokens', '{"input_ids": [1, 2], "labels": [1]}', 'line 1, labels: found 1 of them'],
    ['tokens', '{"input_ids": [1]}\n{"input_ids": [1, -1]}', 'line 2, input_ids[1]: found -1'],
    ['tokens', '{"input_ids": [1], "labels": [-7]}', 'line 1, labels[0]: found -7'],
    ['tokens', '{"input_ids": [1.5]}', 'input_ids[0]: found 1.5'],
    ['tokens', '{"input_ids": []}', 'input_ids: found []'],
    ['tokens', '{"input_ids": [1]}\n{"input_i', 'line 2: found no JSON'],
    ['tokens', '\n', 'holds nothing'],
    ['messages', '{"messages": [{"role": "bot", "content": "x"}]}', 'messages[0].role: found "bot"'],
    ['messages', '{"messages": [{"role": "user", "content": "x"}]}', 'no assistant turn'],
    ['messages', '{"messages": [{"role": "user"}]}', 'messages[0].content: found nothing'],
    ['messages', '[]', 'found []; allowed: an object'],
  ] as const)('%s %s: %s', async (type, content, message) => {
    const error = await failure({ type, path: await file('bad.jsonl', content) })
    expect(error).toBeInstanceOf(DataError)
    expect(error.message).toContain(message)
  })
})

test('traces: think tags are taken off, others refused', async () => {
  const path = join(
    directory,
    await file('traces.jsonl', '{"id": "a", "reasoning": "<think>so</think>"}\n{"id": "b", "reasoning": "thus"}'),
  )
  expect([...(await readTraces(path))]).toEqual([
    ['a', 'so'],
    ['b', 'thus'],
  ])
  const bad = join(directory, await file('tags.jsonl', '{"id": "a", "reasoning": "<answer>5</answer>"}'))
  await expect(readTraces(bad)).rejects.toThrow('line 1, reasoning')
})

test('predictions: every bad entry is named', async () => {
  const path = join(
    directory,
    await file('p.json', '[{"id": "a", "predicted": ["EOF"]}, {"id": 5}, {"id": "b", "predicted": "add"}]'),
  )
  await expect(readPredictions(path)).rejects.toThrow(/2 of 3 entries are bad[\s\S]*\[1\], id[\s\S]*\[2\], predicted/)
})

const shared = fileURLToPath(new URL('../../../shared/data/', import.meta.url))
test.skipIf(!existsSync(shared))('the real data reads whole (skipped where ../shared/data is absent)', async () => {
  const finqa = await openDataSource({ type: 'finqa', path: join(shared, 'finqa/dev.json') })
  expect([finqa.examples.length, finqa.malformed.length]).toEqual([862, 0])
  const conversations = await openDataSource({ type: 'convfinqa', path: join(shared, 'convfinqa/train.json') })
  expect([conversations.examples.length, conversations.malformed.length]).toEqual([1471, 0])
  const path = join(shared, 'convfinqa/train.json')
  const last = await openDataSource({ type: 'convfinqa', path, turns: 'last', evidence: 'figures' })
  const found = (last.examples as QuestionExample[]).filter(({ evidence }) => evidence!.length > 0)
  expect([last.examples.length, found.length]).toEqual([405, 405])
})
