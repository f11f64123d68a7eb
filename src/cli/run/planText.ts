import { formatBytes } from '../../lib/formatBytes.js'
import { table } from '../../lib/table.js'
import type { RunPlan } from '../../launch/planRecipe.js'

/** A dry run's findings, for people. */
export function planText({ name, engine, stages, diskBytes, ...plan }: RunPlan, file: string): string {
  const rows = stages.map((stage) => [stage.name, stage.type, stage.steps || '', stage.examples, stage.tokens || ''])
  return [
    `${name}: everything it names can be opened; nothing was run and nothing written.`,
    '',
    table(['stage', 'type', 'steps', 'examples', 'tokens'], rows),
    '',
    `engine  ${engine.type}, ${engine.backend} (${engine.kernels}), ${engine.threads} threads, ${engine.dtype}`,
    `model   ${engine.parameters} parameters, ${engine.trainableParameters} of them trained`,
    `memory  ${memoryText(plan)}`,
    `disk    about ${formatBytes(diskBytes)} for the checkpoints that are kept and the models`,
    '',
    `Run it:  fintune run ${file}`,
  ].join('\n')
}

function memoryText({
  memoryBytes,
  memoryBetweenCheckpoints,
}: Pick<RunPlan, 'memoryBytes' | 'memoryBetweenCheckpoints'>) {
  const [steady, most] = [formatBytes(memoryBetweenCheckpoints), formatBytes(memoryBytes)]
  return steady === most ? `about ${most}` : `about ${steady}, ${most} while a checkpoint is written`
}
