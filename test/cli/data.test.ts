import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fintune } from '../helpers/fintune.js'
import { temporaryFolder } from '../helpers/temporaryFolder.js'

test('invents pages that it then checks and shows', async () => {
  const folder = await temporaryFolder()
  const made = await fintune(['data', 'synth', '--pages', '20', '--seed', '4', '--out', 'pages.jsonl'], { cwd: folder })
  expect(made).toMatchObject({ code: 0, stderr: '' })
  expect(made.stdout).toContain('20 pages')

  const checked = await fintune(['data', 'check', 'finqa:pages.jsonl', '--json'], { cwd: folder })
  expect(checked.code).toBe(0)
  expect(JSON.parse(checked.stdout)).toMatchObject({ counts: { examples: 20, pages: 20 }, malformed: [], wrong: [] })

  const how = ['--limit', '1', '--template', 'compact', '--system', 'Answer in programs.']
  const shown = await fintune(['data', 'show', 'finqa:pages.jsonl', ...how], { cwd: folder })
  const [first] = (await readFile(join(folder, 'pages.jsonl'), 'utf8')).split('\n')
  expect(shown.stdout).toContain('Answer in programs.')
  expect(shown.stdout).toContain(JSON.parse(first).qa.question)
  expect(shown.stdout).toMatch(/<think>.+<\/think><answer>.+<\/answer>/)
})

test('a gold program that does not give its value fails the check: exit 3', async () => {
  const folder = await temporaryFolder()
  const { stdout } = await fintune(['data', 'synth', '--pages', '1'], { cwd: folder })
  const [entry] = JSON.parse(stdout)
  await writeFile(join(folder, 'wrong.json'), JSON.stringify([{ ...entry, qa: { ...entry.qa, exe_ans: -1.5 } }]))
  const checked = await fintune(['data', 'check', 'finqa:wrong.json'], { cwd: folder })
  expect(checked.code).toBe(3)
  expect(checked.stdout).toContain('not -1.5')
})

test('a source it cannot make sense of, and one that is not there: exit 2', async () => {
  const folder = await temporaryFolder()
  const odd = await fintune(['data', 'show', 'fineqa:x'], { cwd: folder })
  expect(odd).toMatchObject({ code: 2, stdout: '' })
  expect(odd.stderr).toContain('allowed: finqa:PATH')
  expect((await fintune(['data', 'check', 'finqa:gone.json'], { cwd: folder })).code).toBe(2)
})
