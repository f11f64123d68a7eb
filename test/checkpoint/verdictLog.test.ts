import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { VerdictLog } from '../../src/checkpoint/VerdictLog.js'
import { createJournaledJudge } from '../../src/verifier/cache/createJournaledJudge.js'
import type { Judge } from '../../src/verifier/Judge.js'
import type { Verdict } from '../../src/verifier/Verdict.js'
import { temporaryFolder } from '../helpers/temporaryFolder.js'

/** A judge that never says the same twice in a row: only a journal makes a repeated step see the same. */
function fickleJudge(words: readonly Verdict['verdict'][]): Judge & { readonly asked: string[] } {
  const asked: string[] = []
  return {
    asked,
    version: 'fickle',
    judge: async (pairs) =>
      pairs.map(({ answer }) => {
        const verdict = words[asked.push(answer) - 1]
        return { verdict, reason: verdict, decidedBy: 'model' }
      }),
    close: async () => {},
  }
}

const pair = { gold: '5 %', answer: 'about five' }

test('a repeated step sees the verdict of the first time, and the judge is not asked', async () => {
  const path = join(await temporaryFolder(), 'verdicts.jsonl')
  const first = new VerdictLog(path)
  first.open()
  first.enter('grpo/0/0')
  const judge = fickleJudge(['equivalent', 'different'])
  await createJournaledJudge(judge, first).judge([pair])
  // Killed here, in the middle of writing the next line: nothing is closed.
  appendFileSync(path, '{"schema":"fintune.verd')
  const second = new VerdictLog(path)
  second.open()
  second.enter('grpo/0/0')
  const [verdict] = await createJournaledJudge(judge, second).judge([pair])
  expect(verdict).toMatchObject({ verdict: 'equivalent', cached: true })
  expect(judge.asked).toHaveLength(1)
  expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(2)
})

test('that the judge could not say is remembered for the batch that was used, and for no other', async () => {
  const path = join(await temporaryFolder(), 'verdicts.jsonl')
  const first = new VerdictLog(path)
  first.open()
  const judge = fickleJudge(['unknown', 'unknown', 'equivalent', 'different'])
  first.enter('grpo/0/0')
  await createJournaledJudge(judge, first).judge([pair])
  first.commit() // the batch was learned from
  first.enter('grpo/1/0')
  await createJournaledJudge(judge, first).judge([pair])
  first.close() // the second batch was given up: too many unknown

  const second = new VerdictLog(path)
  second.open()
  const again = createJournaledJudge(judge, second)
  second.enter('grpo/0/0')
  expect((await again.judge([pair]))[0].verdict).toBe('unknown')
  second.enter('grpo/1/0')
  expect((await again.judge([pair]))[0].verdict).toBe('equivalent')
  second.enter('grpo/2/0')
  expect((await again.judge([pair]))[0].verdict).toBe('equivalent')
  expect(judge.asked).toHaveLength(3)
})

test('what is asked before the run directory is there is written once it is', async () => {
  const path = join(await temporaryFolder(), 'verdicts.jsonl')
  const log = new VerdictLog(path)
  await createJournaledJudge(fickleJudge(['different']), log).judge([pair])
  expect(log.extent.bytes).toBe(0)
  log.open()
  expect(log.extent.bytes).toBe(readFileSync(path).length)
})
