import { createHash } from 'node:crypto'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { keyedRandom } from '../lib/keyedRandom.js'

/** How the judge is: well; failing twice at every question before it answers; gone after so many calls. */
export type JudgeHealth = 'well' | 'flaky' | { readonly goneAfter: number }

export interface CrashJudge {
  readonly url: string
  /** From now on. */
  readonly become: (health: JudgeHealth) => void
  readonly close: () => void
}

const failures: readonly ((response: ServerResponse) => void)[] = [
  (response) => response.destroy(),
  (response) => response.writeHead(429, { 'retry-after': '0' }).end(),
  (response) => response.writeHead(500).end('\\boxed{1}'),
  (response) => response.writeHead(200).end('<html>\\boxed{1}</html>'),
  (response) => response.writeHead(200, { 'content-length': '90' }).write('{"choices": [', () => response.destroy()),
]

/** A chat endpoint on loopback whose word on a text is always the same, in sickness and in health. */
export async function startCrashJudge(): Promise<CrashJudge> {
  let health: JudgeHealth = 'well'
  let calls = 0
  const asked = new Map<string, number>()
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    const question = createHash('sha256')
      .update(JSON.stringify(JSON.parse(text).messages))
      .digest('hex')
    const times = asked.get(question) ?? 0
    calls++
    const fails = typeof health === 'object' ? calls > health.goneAfter : health === 'flaky' && times < 2
    if (fails) {
      asked.set(question, times + 1)
      return keyedRandom('judge', question, times).pick(failures)(response)
    }
    const content = `\\boxed{${parseInt(question.slice(0, 2), 16) % 2}}`
    const choices = [{ message: { role: 'assistant', content }, finish_reason: 'stop' }]
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ choices }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    become: (next) => {
      health = next
      calls = 0
      asked.clear()
    },
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
