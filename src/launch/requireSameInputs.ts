import type { CheckpointInputs } from '../checkpoint/CheckpointManifest.js'
import { InputError } from '../lib/InputError.js'
import type { RunReporter } from './RunReporter.js'

/** Any number of threads gives the same bits. */
const withoutEffect = ['threads']

/**
 * Holds what a run goes on with against what it was made with.
 *
 * @returns whether steps that are run again must come out the same: program, Node and kernels are as before
 * @throws InputError where the data or the model's weights have changed since
 */
export function requireSameInputs(
  runDirectory: string,
  before: CheckpointInputs,
  now: CheckpointInputs,
  reporter: RunReporter,
): boolean {
  const hashes = new Map(before.data.map(({ path, sha256 }) => [path, sha256]))
  const changed = now.data.filter(({ path, sha256 }) => (hashes.get(path) ?? sha256) !== sha256).map(({ path }) => path)
  if (before.model.sha256 !== now.model.sha256) changed.push(now.model.path)
  if (changed.length > 0) {
    throw new InputError(
      `${runDirectory} was begun with other files: ${changed.join(', ')} changed since. ` +
        'Put them back, or start a run of its own with --run-dir DIR.',
    )
  }
  const names = [...new Set([...Object.keys(before.versions), ...Object.keys(now.versions)])]
  const differences = names
    .filter((name) => !withoutEffect.includes(name) && before.versions[name] !== now.versions[name])
    .map((name) => `${name} was ${before.versions[name]}, is ${now.versions[name]}`)
  if (differences.length === 0) return true
  reporter.warn(
    `${differences.join('; ')}: the last bits of what is computed may differ from here on, so steps that are run again ` +
      'are not held against the log',
  )
  return false
}
