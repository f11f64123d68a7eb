import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fintune } from '../helpers/fintune.js'
import { temporaryFolder } from '../helpers/temporaryFolder.js'

const entry = (id: string, program: string, exe_ans: number | string) => ({
  id,
  table: [
    ['', '2009', '2008'],
    ['revenue', '$ 5829', '5735'],
  ],
  qa: { program, exe_ans },
})
const gold = [
  entry('a', 'subtract(5829, 5735)', 94),
  entry('b', 'greater(5829, 5735)', 'yes'),
  entry('c', 'add(1, 2)', 3),
]
const predictions = [
  { id: 'a', predicted: ['subtract(', '5829', '5735', ')', 'EOF'] },
  { id: 'b', predicted: ['greater(', '5735', '5829', ')', 'EOF'] },
]

test('prints the official scores as JSON, and what they do not show on stderr', async () => {
  const folder = await temporaryFolder()
  await writeFile(join(folder, 'gold.json'), JSON.stringify(gold))
  await writeFile(join(folder, 'p.json'), JSON.stringify(predictions))
  const { code, stdout, stderr } = await fintune(
    ['score', 'finqa', '--predictions', 'p.json', '--gold', 'gold.json', '--json'],
    { cwd: folder },
  )
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ n: 2, execution_accuracy: 0.5, program_accuracy: 0.5 })
  expect(stderr).toBe('1 of 3 gold answers have no prediction; they do not count\n')
})

test('for people, a table', async () => {
  const folder = await temporaryFolder()
  await writeFile(join(folder, 'gold.json'), JSON.stringify(gold.slice(0, 2)))
  await writeFile(join(folder, 'p.json'), JSON.stringify(predictions))
  const { stdout } = await fintune(['score', 'finqa', '--predictions', 'p.json', '--gold', 'gold.json'], {
    cwd: folder,
  })
  expect(stdout).toMatch(/execution_accuracy +50\.00 % +95 % interval +9\.\d\d to +90\.\d\d/)
})

test('bad input is exit 2 and names the file and the place', async () => {
  const folder = await temporaryFolder()
  await writeFile(join(folder, 'gold.json'), JSON.stringify(gold))
  await writeFile(join(folder, 'p.json'), '[{"id": "a", "predicted": ["EOF"]}, {"id": "b"}]')
  const { code, stderr } = await fintune(['score', 'finqa', '--predictions', 'p.json', '--gold', 'gold.json'], {
    cwd: folder,
  })
  expect(code).toBe(2)
  expect(stderr).toContain('p.json [1], predicted: found nothing; allowed: a list of texts')
})
