// Builds the addon under AddressSanitizer and UndefinedBehaviorSanitizer and runs its tests on it:
//   node src/ops/native/sanitize.mjs            (about two minutes; exit code 0: nothing found)
// Node itself is not instrumented, so the sanitizers' runtime is loaded before it. Leaks are not looked for: V8's own
// memory would be reported (test/ops/leaks.test.ts counts ours).
import { execFileSync, spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const sources = dirname(fileURLToPath(import.meta.url))
const root = join(sources, '..', '..', '..')
const compiler = process.env.CXX ?? 'c++'

execFileSync(process.execPath, [join(sources, 'build.mjs'), '--sanitize'], { stdio: 'inherit' })
const runtime = (name) => execFileSync(compiler, [`-print-file-name=${name}`], { encoding: 'utf8' }).trim()
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
const tests = ['native', 'batchInvariance', 'leaks'].map((name) => join('test', 'ops', `${name}.test.ts`))
const { status } = spawnSync(
  process.execPath,
  [vitest, 'run', '--config', join('.config', 'vitest.config.ts'), '--testTimeout=300000', ...tests],
  {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      FINTUNE_NATIVE_ADDON: join(root, 'build', 'sanitize', 'fintune.node'),
      LD_PRELOAD: [runtime('libasan.so'), runtime('libubsan.so'), runtime('libstdc++.so')].join(' '),
      ASAN_OPTIONS: 'detect_leaks=0',
      UBSAN_OPTIONS: 'print_stacktrace=1',
    },
  },
)
process.exitCode = status ?? 1
