import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { FintuneError } from '../../lib/FintuneError.js'

/**
 * Hands a script to sbatch.
 *
 * @returns the job's id
 * @throws FintuneError with sbatch's own words, or that there is no sbatch
 */
export async function submitToSlurm(script: string): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)('sbatch', ['--parsable', script])
    return stdout.trim().split(';')[0] // jobid;cluster
  } catch (cause) {
    const { code, stderr } = cause as NodeJS.ErrnoException & { stderr?: string }
    const reason = code === 'ENOENT' ? 'there is no sbatch on this machine' : (stderr ?? '').trim()
    throw new FintuneError(`${script} was written but not submitted: ${reason}\nOn a login node:  sbatch ${script}`, {
      cause,
    })
  }
}
