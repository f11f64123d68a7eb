import type { CheckpointSummary } from '../../checkpoint/CheckpointSummary.js'
import { formatBytes } from '../../lib/formatBytes.js'
import { formatDuration } from '../../lib/formatDuration.js'
import { table } from '../../lib/table.js'

/** A run's checkpoints for people. */
export function checkpointsTable(checkpoints: readonly CheckpointSummary[], now: number): string {
  const rows = checkpoints.map(({ directory, globalStep, sizeBytes, savedAt, keptAs }) => [
    directory,
    globalStep ?? 'unreadable',
    formatBytes(sizeBytes),
    `${formatDuration(Math.max(0, now - Date.parse(savedAt)))} ago`,
    keptAs.join(', '),
  ])
  const total = checkpoints.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  const header = ['checkpoint', 'steps in all', 'size', 'saved', 'kept as']
  return `${table(header, rows)}\n\n${checkpoints.length} checkpoints, ${formatBytes(total)}`
}
