import type { RunPosition } from '../checkpoint/RunPosition.js'
import type { Engine } from '../engine/Engine.js'
import type { PreparedStage } from './PreparedStage.js'

/**
 * A stage's beginning (a fresh optimizer, the reference frozen) or the place within it where a checkpoint left off; the
 * engine holds the weights of that position.
 */
export async function enterStage(
  stage: Extract<PreparedStage, { type: 'train' }>,
  stageIndex: number,
  position: RunPosition,
  engine: Engine,
): Promise<RunPosition> {
  if (position.stageIndex === stageIndex) {
    stage.training.restore(position.carry)
    return position
  }
  await engine.resetOptimizer()
  if (stage.needsReference) await engine.setReference()
  const { globalStep } = position
  return { stageIndex, stage: stage.spec.name, step: 0, globalStep, stageDone: false, carry: stage.training.carry() }
}
