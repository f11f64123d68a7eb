import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { examineCheckpoints } from '../../checkpoint/examineCheckpoints.js'
import type { RunDirectory } from '../../checkpoint/RunDirectory.js'
import { sha256File } from '../../lib/sha256File.js'
import { modelIdentity } from '../../model/modelIdentity.js'
import { codeIdentity } from './codeIdentity.js'
import { makeReceipt } from './makeReceipt.js'
import type { Receipt } from './Receipt.js'
import type { ReceiptCheck } from './ReceiptCheck.js'

/** Holds a run's files, inputs and checkpoints against the hashes written down when it ran. */
export async function checkHashes(run: RunDirectory): Promise<ReceiptCheck[]> {
  const found = await makeReceipt(run)
  const checks: ReceiptCheck[] = [checkCode(found), await checkModel(found)]
  for (const { path, sha256 } of found.in.data) checks.push(await checkFile(path, sha256))
  checks.push(...checkOutputs(run, found))
  for (const { directory, problem } of await examineCheckpoints(run.path)) {
    checks.push(problem === undefined ? same(directory) : differs(directory, problem))
  }
  return checks
}

/** Another program may well give the same numbers, which the replay shows: no failure. */
function checkCode(found: Receipt): ReceiptCheck {
  const what = 'program'
  if (found.in.code === undefined) return { what, outcome: 'skipped', reason: 'the run does not say which' }
  return found.in.code === codeIdentity()
    ? same(what)
    : { what, outcome: 'skipped', reason: 'another build than the run’s' }
}

async function checkModel({ in: { model } }: Receipt): Promise<ReceiptCheck> {
  if (model.sha256 === '') return { what: 'model', outcome: 'skipped', reason: 'its weights were fresh' }
  if (!existsSync(model.path)) return differs(model.path, 'is not there')
  const { sha256 } = await modelIdentity(model.path)
  return sha256 === model.sha256 ? same(model.path) : differs(model.path, 'other weights than the run began from')
}

async function checkFile(path: string, expected: string): Promise<ReceiptCheck> {
  if (!existsSync(path)) return differs(path, 'is not there (paths are relative to where the run was started)')
  return (await sha256File(path)) === expected ? same(path) : differs(path, 'has changed since')
}

function checkOutputs(run: RunDirectory, found: Receipt): ReceiptCheck[] {
  const file = join(run.path, 'receipt.json')
  if (found.status !== 'done' || !existsSync(file)) {
    return [{ what: 'outputs', outcome: 'skipped', reason: 'the run is not done; its receipt.json is written then' }]
  }
  const recorded = JSON.parse(readFileSync(file, 'utf8')) as Receipt
  const hashes = ({ in: input, out }: Receipt) =>
    new Map([
      ['recipe.yaml', input.recipe],
      ['steps.jsonl', out.stepLog],
      ...[...out.models, ...out.evaluations].map(({ path, sha256 }) => [path, sha256] as const),
    ])
  const now = hashes(found)
  return [...hashes(recorded)].map(([path, sha256]) => {
    if (!now.has(path)) return differs(path, 'is not there')
    return now.get(path) === sha256 ? same(path) : differs(path, 'has changed since the run was done')
  })
}

function same(what: string): ReceiptCheck {
  return { what, outcome: 'same' }
}

function differs(what: string, reason: string): ReceiptCheck {
  return { what, outcome: 'differs', reason }
}
