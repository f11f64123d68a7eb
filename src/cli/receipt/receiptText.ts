import { table, type Cell } from '../../lib/table.js'
import type { Receipt } from '../../launch/receipt/Receipt.js'

/** A receipt for people. Hashes are shown by their first 12 digits; --json has them whole. */
export function receiptText({ run, status, attempts, in: input, out }: Receipt): string {
  const went: Cell[][] = [
    ['recipe', 'recipe.yaml', short(input.recipe)],
    ['program', `fintune ${input.versions['fintune']}`, short(input.code ?? '')],
    ['engine', ['engine', 'backend', 'kernels', 'dtype'].map((name) => input.versions[name]).join(' '), ''],
    ['model', input.model.path, short(input.model.sha256)],
    ...input.data.map(({ path, examples, sha256 }) => ['data', `${path} (${examples})`, short(sha256)]),
    ...Object.entries(input.seeds).map(([name, seed]) => ['seed', name, seed]),
    ['verifier', input.verifier ?? 'none', ''],
  ]
  const came: Cell[][] = [
    ['steps', `${out.steps} in steps.jsonl`, short(out.stepLog)],
    ...out.models.map(({ path, sha256 }) => ['weights', path, short(sha256)]),
    ...out.evaluations.map(({ path, n, execution_accuracy: score, sha256 }) => [
      'score',
      `${path}: ${(100 * score).toFixed(1)} % of ${n}`,
      short(sha256),
    ]),
  ]
  return [
    `${run}: ${status}, ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}`,
    '',
    table(['went in', '', 'sha256'], went),
    '',
    table(['came out', '', 'sha256'], came),
  ].join('\n')
}

function short(sha256: string): string {
  return sha256.slice(0, 12)
}
