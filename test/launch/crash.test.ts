import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { packageRoot } from '../../src/lib/packageRoot.js'

// The crash test's program, a dozen faults of it: `npm run crashtest -- --kills 100` is the long form.

test('a run that is killed and meets a failing disk a dozen times ends as the unbroken one', async () => {
  const program = join(packageRoot(), 'dist/bench/crashtest.js')
  const { stdout } = await promisify(execFile)(process.execPath, [program, '--kills', '12', '--seed', '1'])
  expect(stdout).toMatch(/1[2-9] faults, 0 problems/)
}, 600_000)
