import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { writeFileAtomic } from '../../lib/writeFileAtomic.js'
import type { SlurmJob } from './SlurmJob.js'
import { slurmScript } from './slurmScript.js'
import { submitToSlurm } from './submitToSlurm.js'

/** A script on disk; its job where it was submitted. */
export interface WrittenScript {
  readonly script: string
  readonly text: string
  readonly jobId: string | null
}

/** Writes a job's script (and the folder of its output, without which Slurm would fail it unsaid) and submits it if asked. */
export async function writeSlurmScript(job: SlurmJob, script: string, submit: boolean): Promise<WrittenScript> {
  const text = slurmScript(job)
  await mkdir(dirname(script), { recursive: true })
  await mkdir(dirname(job.output), { recursive: true })
  await writeFileAtomic(script, text)
  return { script, text, jobId: submit ? await submitToSlurm(script) : null }
}
