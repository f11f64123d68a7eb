import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { packageRoot } from '../../src/lib/packageRoot.js'
import { createVerifier } from '../../src/verifier/createVerifier.js'
import { withJudgeServer } from './openai/judgeServer.js'

const rules = { enabled: true }
const text = { gold: 'revenue grew', answer: 'sales rose' }

describe('rules alone', () => {
  test('decide what they can and say why; the rest is different, for nobody found it equal', async () => {
    const verifier = await createVerifier({ rules, model: { type: 'none' } })
    expect(await verifier.verify([{ gold: '0.98', answer: '98 %' }, text, { gold: '2', answer: '5' }])).toEqual([
      { verdict: 'equivalent', reason: 'the same number', decidedBy: 'number' },
      { verdict: 'different', reason: 'no rule found them equal', decidedBy: 'rules' },
      { verdict: 'different', reason: 'the numbers differ', decidedBy: 'number' },
    ])
    expect(verifier.takeStatistics()).toEqual({ 'verifier/calls': 3, 'verifier/cached': 0, 'verifier/unknown': 0 })
  })

  test('and no rules at all judge nobody', async () => {
    await expect(createVerifier({ rules: { enabled: false }, model: { type: 'none' } })).rejects.toThrow(
      /nobody judges/,
    )
  })
})

describe('the cascade', () => {
  test('asks the judge only what the rules leave open, each pair once, and remembers', async () => {
    await withJudgeServer(
      () => ({ reply: '\\boxed{1}' }),
      async (url, requests) => {
        const verifier = await createVerifier({ rules, model: { type: 'openai', url, model: 'judge' } })
        const spaced = { ...text, answer: ' Sales  rose' }
        const verdicts = await verifier.verify([text, { gold: '2', answer: '2.0' }, spaced, text])
        expect(requests.length).toBe(1)
        expect(verdicts.map(({ decidedBy, cached }) => [decidedBy, cached])).toEqual([
          ['model', undefined],
          ['number', undefined],
          ['model', true],
          ['model', true],
        ])
        await verifier.verify([text])
        expect(requests.length).toBe(1)
        const statistics = verifier.takeStatistics()
        expect(statistics).toMatchObject({ 'verifier/calls': 5, 'verifier/cached': 3, 'verifier/unknown': 0 })
        expect(statistics['verifier/latency_ms_p50']).toBe(statistics['verifier/latency_ms_p95'])
        expect(statistics['verifier/latency_ms_p50']).toBe(verdicts[0].latencyMs)
      },
    )
  })

  test('an unknown verdict is not remembered', async () => {
    await withJudgeServer(
      ({ index }) => (index === 0 ? { status: 400 } : { reply: '\\boxed{0}' }),
      async (url) => {
        const verifier = await createVerifier({ rules, model: { type: 'openai', url, model: 'judge' } })
        const [first] = await verifier.verify([text])
        const [second] = await verifier.verify([text])
        expect([first.verdict, second.verdict]).toEqual(['unknown', 'different'])
      },
    )
  })

  test('with rules off the judge is asked everything but programs', async () => {
    await withJudgeServer(
      () => ({ reply: '\\boxed{0}' }),
      async (url, requests) => {
        const verifier = await createVerifier({
          rules: { enabled: false },
          model: { type: 'openai', url, model: 'judge' },
        })
        const page = { preText: [], postText: [], table: [] }
        const verdicts = await verifier.verify([
          { gold: '2', answer: '2' },
          { gold: '2', answer: 'add(1, 1)', program: { page, goldExeAns: 2 } },
        ])
        expect(verdicts.map(({ decidedBy, verdict }) => [decidedBy, verdict])).toEqual([
          ['model', 'different'],
          ['program', 'equivalent'],
        ])
        expect(requests.length).toBe(1)
      },
    )
  })

  test.each([
    ['measure', 'equivalent', 'number'],
    ['unknown', 'unknown', 'disagreement'],
  ] as const)('rules against model: %s', async (onDisagreement, verdict, decidedBy) => {
    await withJudgeServer(
      ({ body }) => ({ reply: body.messages[1].content.includes('98') ? '\\boxed{0}' : '\\boxed{1}' }),
      async (url) => {
        const model = { type: 'openai', url, model: 'judge' } as const
        const verifier = await createVerifier({ rules, model, onDisagreement })
        const verdicts = await verifier.verify([
          { gold: '0.98', answer: '98 %' },
          { gold: '2', answer: '2.0' },
        ])
        expect(verdicts[0]).toMatchObject({ verdict, decidedBy })
        expect(verdicts[1]).toMatchObject({ verdict: 'equivalent', decidedBy: 'number' })
        expect(verifier.takeStatistics()).toMatchObject({ 'verifier/disagreement': 1 })
      },
    )
  })

  test('an abort before the work is thrown', async () => {
    const verifier = await createVerifier({ rules, model: { type: 'none' } })
    await expect(verifier.verify([text], AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped')
  })
})

test('a directory without a model is found before the first answer', async () => {
  const local = createVerifier({ rules, model: { type: 'local', path: '/nowhere' } })
  await expect(local).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringContaining('/nowhere holds no model'),
  })
})

test('the version names whatever shapes verdicts', async () => {
  const version = async (options: Parameters<typeof createVerifier>[0]) => (await createVerifier(options)).version
  const plain = await version({ rules, model: { type: 'none' } })
  const fewer = await version({ rules: { enabled: true, disabled: ['date'] }, model: { type: 'none' } })
  const judged = await version({ rules, model: { type: 'openai', url: 'http://localhost:1/v1', model: 'judge' } })
  expect(new Set([plain, fewer, judged]).size).toBe(3)
  expect(judged).toContain('judge@http://localhost:1/v1/chat/completions')
})

test('a local model judges in one batch; what it says that is no verdict is unknown', async () => {
  const path = join(packageRoot(), 'checkpoints/embedded-verifier') // writes, but was never taught to judge like this
  const long = 'word '.repeat(400)
  const verifier = await createVerifier({ rules, model: { type: 'local', path, maxTokens: 4 } })
  const verdicts = await verifier.verify([text, { gold: 'a', answer: 'b c d' }, { gold: long, answer: `${long} x` }])
  await verifier.close()
  expect(verdicts.map(({ verdict }) => verdict)).toEqual(['unknown', 'unknown', 'unknown'])
  expect(verdicts[2].reason).toContain('does not fit')
})
