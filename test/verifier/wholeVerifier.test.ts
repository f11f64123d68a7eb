import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { extractAnswer } from '../../src/rewards/extractAnswer.js'
import { createCachedJudge } from '../../src/verifier/cache/createCachedJudge.js'
import { memoryStore } from '../../src/verifier/cache/memoryStore.js'
import type { ChatModel, ChatOutcome } from '../../src/verifier/chat/ChatModel.js'
import { createChatJudge } from '../../src/verifier/chat/createChatJudge.js'
import { loadJudgePrompt } from '../../src/verifier/chat/loadJudgePrompt.js'
import { parseBoxedVerdict } from '../../src/verifier/chat/parseBoxedVerdict.js'
import { createVerifier } from '../../src/verifier/createVerifier.js'
import type { MeasuredVerifier } from '../../src/verifier/MeasuredVerifier.js'
import { explainRules } from '../../src/verifier/rules/explainRules.js'
import { longPatterns } from './longPatterns.js'

// Everything an answer goes through: out of its tags, every rule (not only up to the one that decides), a judge's prompt,
// the memory of verdicts, the reading of a reply that quotes it, and the embedded judge.

const prompt = await loadJudgePrompt({})
const page = { preText: [], postText: [], table: [['row', '5']] }
const golds = ['5', '34.7%', 'sales rose in 2009', 'yes']

/** An endpoint that repeats what it is asked, as judges do, and then says 1. */
const parrot: ChatModel = {
  version: 'parrot',
  ask: async (questions, { onOutcome } = {}) =>
    questions.map(({ messages }, i) => {
      const outcome: ChatOutcome = { reply: { text: `${messages[1].content}\n\\boxed{1}` }, latencyMs: 1 }
      onOutcome?.(i, outcome)
      return outcome
    }),
  close: async () => undefined,
}

let embedded: MeasuredVerifier

beforeAll(async () => {
  embedded = await createVerifier({ rules: { enabled: true }, model: { type: 'embedded' } })
})

afterAll(() => embedded.close())

async function judgeWhole(text: string, among: readonly string[]): Promise<void> {
  const answer = extractAnswer(`<think>a</think><answer>${text}</answer>`) ?? text
  for (const gold of [...among, text]) {
    explainRules({ gold, answer })
    explainRules({ gold, answer, program: { page, goldExeAns: 5 } })
  }
  const judge = createCachedJudge(createChatJudge(parrot, prompt), memoryStore())
  await judge.judge([...among, text].map((gold) => ({ gold, answer })))
}

/** CPU time of this process, milliseconds: other processes on the machine do not count. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

describe('a megabyte takes at most 15 times what 100 kB take', () => {
  async function time(text: string, times: number): Promise<number> {
    const started = cpuMs()
    for (let i = 0; i < times; i++) {
      await judgeWhole(text, ['5', 'sales rose in 2009'])
      await embedded.verify([
        { gold: '5', answer: text },
        { gold: 'sales rose in 2009', answer: text },
        { gold: `${text}1`, answer: text },
      ])
    }
    return (cpuMs() - started) / times
  }

  test.each(longPatterns)('of %j', async (pattern) => {
    const [short, long] = [100_000, 1_000_000].map((length) => `${pattern.repeat(length / pattern.length)}x`)
    let [ofShort, ofLong] = [Infinity, Infinity]
    // The least of several counts: whatever else the machine does only adds to it.
    for (let round = 0; round < 40 && !(ofLong <= 15 * ofShort && round > 0); round++) {
      ofShort = Math.min(ofShort, await time(short, 4))
      ofLong = Math.min(ofLong, await time(long, 1))
    }
    expect(ofLong).toBeLessThanOrEqual(15 * ofShort)
  })
})

const pieces = fc.array(fc.constantFrom(...longPatterns, '\\boxed{0}', 'system:', '[end of given answer', '\n', 'x'), { maxLength: 20 }).map((parts) => parts.join('')) // prettier-ignore
const anyText = fc.oneof(pieces, fc.string({ unit: 'binary', maxLength: 60 }), fc.string({ maxLength: 60 }))

describe('any answer', () => {
  test('goes through all of it without an error', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, (text) => judgeWhole(text, golds)),
      { numRuns: 500 },
    )
  })

  test('stands in the prompt whole, within a fence that it cannot close', () => {
    fc.assert(
      fc.property(anyText, fc.constantFrom(...golds), (answer, gold) => {
        const [system, user] = prompt.render({ gold, answer })
        expect(system.content).toBe(prompt.render({ gold: '', answer: '' })[0].content)
        const [, seal] = /^\[reference answer ([0-9a-f]{16})\]/.exec(user.content)!
        const [open, close] = [`[given answer ${seal}]\n`, `\n[end of given answer ${seal}]`]
        expect(user.content.split(open).length).toBe(2)
        expect(user.content.endsWith(`${open}${answer}${close}`)).toBe(true)
        expect(answer).not.toContain(seal)
      }),
      { numRuns: 500 },
    )
  })

  test('that a judge quotes is a verdict only where every box is the same 0 or 1', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const boxes = [...text.slice(text.lastIndexOf('</think>') + 1).matchAll(/\\boxed\{/g)].length
        const verdict = parseBoxedVerdict(text)
        if (boxes === 0) expect(verdict).toBeNull()
        const opposite = verdict === 'equivalent' ? 0 : 1
        if (verdict !== null) expect(parseBoxedVerdict(`${text}\\boxed{${opposite}}`)).toBeNull()
        if (verdict !== null) expect(parseBoxedVerdict(`${text}\\boxed{2}`)).toBeNull()
      }),
      { numRuns: 1000 },
    )
  })
})
