import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { FintuneError } from '../../lib/FintuneError.js'
import { packageRoot } from '../../lib/packageRoot.js'

/**
 * Builds the native kernels as the installation does; what the compiler says goes to stderr.
 *
 * @throws FintuneError when the build fails
 */
export async function buildNative(): Promise<void> {
  const script = join(packageRoot(), 'src/ops/native/build.mjs')
  const code = await new Promise<number | null>((resolve, reject) => {
    // stdout is the result's alone (--json), so the build's goes to stderr as well.
    const child = spawn(process.execPath, [script], { cwd: packageRoot(), stdio: ['ignore', 2, 2] })
    child.once('error', reject)
    child.once('exit', resolve)
  })
  if (code !== 0)
    throw new FintuneError(`The native kernels could not be built (exit ${code}); the reason stands above.`)
}
