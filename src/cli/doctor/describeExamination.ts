import { formatBytes } from '../../lib/formatBytes.js'
import { table } from '../../lib/table.js'
import type { Examination } from './Examination.js'

/** An examination in words. */
export function describeExamination(examination: Examination): string {
  const { processor, memory, backends, backend, embedded } = examination
  const instructions = processor.instructions.length === 0 ? '' : ` · ${processor.instructions.join(' ')}`
  const forced = processor.forced === undefined ? '' : ` · forced by FINTUNE_ISA: ${processor.forced}`
  const limit = memory.limitBytes === undefined ? '' : ` · limited to ${formatBytes(memory.limitBytes)}`
  const budget = memory.budget === undefined ? '' : ` · FINTUNE_MEMORY_LIMIT: ${memory.budget}`
  const rows = backends.map(({ name, label, available, detail }) => [
    available && name === backend ? '→' : available ? '✓' : '–',
    name,
    label,
    detail,
  ])
  return [
    `fintune ${examination.fintune} · Node ${examination.node} · ${examination.platform}`,
    `${processor.model} · ${processor.threads} threads${instructions}${forced}`,
    `memory ${formatBytes(memory.totalBytes)}, available ${formatBytes(memory.availableBytes)}${limit}${budget}`,
    '',
    table(['', 'backend', 'what', 'found'], rows),
    '',
    `embedded base model: ${presence(embedded.base)} · embedded verifier: ${presence(embedded.verifier)}`,
    ...advice(examination),
  ].join('\n')
}

function presence(there: boolean): string {
  return there ? 'there' : 'missing (checkpoints/ of this installation)'
}

function advice({ backend, backends }: Examination): string[] {
  if (backend === null) return ['No backend works here: reinstall fintune with  npm ci']
  const native = backends.find(({ name }) => name === 'native')
  if (native?.available !== false) return []
  return ['The native kernels are much faster: install a C++ compiler (package g++), then run  fintune doctor --build']
}
