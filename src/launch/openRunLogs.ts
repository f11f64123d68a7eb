import { join } from 'node:path'
import { CompletionLog } from '../checkpoint/CompletionLog.js'
import type { RunDirectory } from '../checkpoint/RunDirectory.js'
import { VerdictLog } from '../checkpoint/VerdictLog.js'
import type { Recipe } from '../recipe/Recipe.js'
import { completionRecords } from './completionRecords.js'
import type { ResumePoint } from './findResumePoint.js'
import type { StageContext } from './StageContext.js'

/** What preparing and carrying out stages writes down beside the steps. Nothing is written before `continueLogs`. */
export interface RunLogs extends Pick<StageContext, 'onRollouts'> {
  readonly verdicts: VerdictLog
  readonly completions: CompletionLog
}

/** The verdict journal as an earlier process left it, and the completions. */
export function openRunLogs(run: RunDirectory, { log }: Recipe, { covered, logsDamaged }: ResumePoint): RunLogs {
  const verdicts = new VerdictLog(run.verdictLogPath, logsDamaged ? covered?.verdicts.bytes : undefined)
  const completions = new CompletionLog(join(run.path, 'completions'), log.completionsMaxBytes)
  return {
    verdicts,
    completions,
    onRollouts: async (stage, step, rollouts) => {
      verdicts.commit()
      await completions.append(stage, completionRecords(stage, step, rollouts, log.completionsPerStep))
    },
  }
}
