import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../../src/lib/packageRoot.js'

export interface Outcome {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  readonly durationMs: number
}

/** Runs the built program, `node dist/cli/main.js …`, as a process of its own, with no terminal and no input. */
export async function fintune(
  args: readonly string[],
  options: {
    readonly cwd?: string
    readonly env?: Readonly<Record<string, string>>
    /** Sees the process as it starts, e.g. to signal it. */
    readonly onStart?: (child: ChildProcess) => void
  } = {},
): Promise<Outcome> {
  const program = join(packageRoot(), 'dist/cli/main.js')
  if (!existsSync(program)) throw new Error('dist/ is not built: run  npm run build  first (npm test does)')
  const started = performance.now()
  const child = spawn(process.execPath, [program, ...args], {
    cwd: options.cwd ?? packageRoot(),
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  options.onStart?.(child)
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve([code, signal]))
  })
  return { code, signal, stdout, stderr, durationMs: performance.now() - started }
}
