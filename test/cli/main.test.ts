import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { commands } from '../../src/cli/commands.js'
import { packageRoot } from '../../src/lib/packageRoot.js'
import { fintune } from '../helpers/fintune.js'

describe('fintune --help', () => {
  test('lists every command with an example, on stdout', async () => {
    const { code, stdout, stderr } = await fintune(['--help'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    for (const name of [...Object.keys(commands), 'completion'])
      expect(stdout).toMatch(new RegExp(`^ {2}fintune ${name}\\b`, 'm'))
    expect(stdout).toContain('fintune run recipes/quickstart.yaml')
  })
  test('answers in under 0.3 s', async () => {
    // The best of six, and Node's own start beside it: other tests share the processors, which says nothing about the
    // program. An idle machine starts Node in about 50 ms.
    let help = Infinity
    let bare = Infinity
    for (let i = 0; i < 6; i++) {
      help = Math.min(help, (await fintune(['--help'])).durationMs)
      const started = performance.now()
      spawnSync(process.execPath, ['-e', ''])
      bare = Math.min(bare, performance.now() - started)
    }
    expect(help).toBeLessThan(Math.max(300, 3 * bare))
  })
  test.each(Object.keys(commands))('%s has its own', async (name) => {
    const { code, stdout } = await fintune([name, '--help'])
    expect(code).toBe(0)
    expect(stdout).toMatch(new RegExp(`^fintune ${name}\\b`))
  })
})

test('every command goes by its name in the list', async () => {
  for (const [name, load] of Object.entries(commands)) {
    const { command, describe } = await load()
    expect(String([command].flat()[0]).split(' ')[0]).toBe(name)
    expect(describe).toBeTypeOf('string')
  }
})

test('--version is the package’s', async () => {
  const { version } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as { version: string }
  expect(await fintune(['--version'])).toMatchObject({ code: 0, stdout: `${version}\n` })
})

describe('mistakes exit with 2, say what and where to look, and print nothing on stdout', () => {
  test.each([
    [[], 'Which command?', 'fintune --help'],
    [['vlidate', 'x.yaml'], 'Unknown command "vlidate"; did you mean "validate"?', 'fintune --help'],
    [['frobnicate'], 'Unknown command "frobnicate"', 'fintune --help'],
    [['validate'], 'An argument is missing', 'fintune validate --help'],
    [['validate', 'x.yaml', '--jsn'], 'Unknown argument: jsn', 'fintune validate --help'],
    [['schema', 'recpie'], 'Choices: "recipe", "step-log"', 'fintune schema --help'],
  ])('%j', async (args, message, hint) => {
    const { code, stdout, stderr } = await fintune(args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(message)
    expect(stderr).toContain(hint)
    expect(stderr).not.toMatch(/^\s+at /m)
  })
})

test('completion knows the commands and their options', async () => {
  const script = await fintune(['completion'])
  expect(script).toMatchObject({ code: 0, stdout: expect.stringContaining('--get-yargs-completions') })
  const words = await fintune(['--get-yargs-completions', 'fintune', 'va'], { env: { SHELL: '/bin/bash' } })
  expect(words.stdout.split('\n')).toContain('validate')
  const options = await fintune(['--get-yargs-completions', 'fintune', 'validate', '--j'], {
    env: { SHELL: '/bin/bash' },
  })
  expect(options.stdout).toContain('--json')
})
