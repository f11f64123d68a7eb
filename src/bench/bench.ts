import { spawnSync } from 'node:child_process'
import { availableParallelism, cpus } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { packageRoot } from '../lib/packageRoot.js'
import type { BenchMeasure } from './BenchMeasure.js'
import { benchModels } from './benchModels.js'
import type { BenchResult } from './BenchResult.js'
import { benchTable } from './benchTable.js'
import type { BenchWork, PeerVariant } from './BenchWork.js'
import { benchWorks } from './benchWorks.js'
import { compareMeasures } from './compareMeasures.js'
import { gemmShapes } from './gemmShapes.js'

const usage = `npm run bench [-- OPTIONS]: times matrix products, SFT, sampling and a GRPO step.
  --only grpo,"sft f32"  works whose names contain one of these (${benchWorks.map(({ name }) => name).join(', ')})
  --rounds 1             how often each work is done, ours and the peers' in turns
  --repetitions 2        timed steps a round, after one to warm up
  --json                 one document for machines
  --check                exit code 1 where a ratio falls short
With FINTUNE_PEER_PYTHON, a Python that has torch, transformers and trl, the peers do the same work, each in a process of
its own, and the table shows the ratios. Run it on a machine that does nothing else.
`

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    rounds: { type: 'string', default: '1' },
    repetitions: { type: 'string', default: '2' },
    json: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  process.stdout.write(usage)
  process.exit(0)
}
const python = process.env.FINTUNE_PEER_PYTHON
if (values.check && python === undefined) {
  process.stderr.write('--check compares with peers: set FINTUNE_PEER_PYTHON to a Python that has torch and trl\n')
  process.exit(2)
}
const only = values.only?.split(',')
const works = benchWorks.filter(({ name }) => only === undefined || only.some((part) => name.includes(part)))
if (works.length === 0) {
  process.stderr.write(`--only ${values.only}: there is no such work\n${usage}`)
  process.exit(2)
}
const failures: string[] = []
const results = works.flatMap((work) => {
  try {
    return [compare(work)]
  } catch (error) {
    failures.push((error as Error).message)
    return []
  }
})
const machine = `${cpus()[0].model.trim()}, ${availableParallelism()} threads, Node ${process.version}`
const at = new Date().toISOString()
if (values.json) process.stdout.write(`${JSON.stringify({ at, machine, results })}\n`)
else process.stdout.write(`${benchTable(results)}\n\n${at.slice(0, 10)}, ${machine}\n`)
for (const failure of failures) process.stderr.write(`${failure}\n`)
if (failures.length > 0) process.exit(1)
process.exit(values.check && results.some(({ problems }) => problems.length > 0) ? 1 : 0)

/** The rounds of one work, ours and every peer's in turns. */
function compare(work: BenchWork): BenchResult {
  const ours: BenchMeasure[] = []
  const peers: (BenchMeasure & { variant: PeerVariant })[] = []
  for (let round = 0; round < Number(values.rounds); round++) {
    ours.push(measure(work.name, process.execPath, [compiled('runBenchWork.js'), work.name, values.repetitions]))
    for (const variant of python === undefined ? [] : work.peers) {
      const spec = {
        kind: work.kind,
        config: benchModels[work.model],
        ...variant,
        repetitions: Number(values.repetitions),
        threads: availableParallelism(),
        shapes: gemmShapes,
      }
      const name = `${work.name} by the peer, ${variant.dtype}`
      peers.push({ ...measure(name, python!, [peerScript(), JSON.stringify(spec)]), variant })
    }
  }
  return compareMeasures(work, ours, peers)
}

function measure(name: string, command: string, args: string[]): BenchMeasure {
  process.stderr.write(`${name} …\n`)
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 26 })
  if (status !== 0) throw new Error(`${name} ended with exit code ${status}:\n${stderr.slice(-2000)}`)
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as BenchMeasure
}

function compiled(file: string): string {
  return join(packageRoot(), 'dist', 'bench', file)
}

function peerScript(): string {
  return join(packageRoot(), 'src', 'bench', 'peer', 'peer.py')
}
