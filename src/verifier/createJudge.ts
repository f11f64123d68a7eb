import { join } from 'node:path'
import { packageRoot } from '../lib/packageRoot.js'
import { createEmbeddedJudge } from './embedded/createEmbeddedJudge.js'
import type { Judge } from './Judge.js'
import type { OpenJudgeModel } from './JudgeModel.js'
import type { JudgeOptions } from './JudgeOptions.js'
import { createLocalJudge } from './local/createLocalJudge.js'
import { createOpenAiJudge } from './openai/createOpenAiJudge.js'

/** The judge that the options name; null: none. @throws InputError when it cannot be used */
export async function createJudge(options: JudgeOptions, openModel: OpenJudgeModel): Promise<Judge | null> {
  switch (options.type) {
    case 'none':
      return null
    case 'embedded':
      return createEmbeddedJudge({ directory: join(packageRoot(), 'checkpoints', 'embedded-verifier'), openModel })
    case 'local':
      return createLocalJudge({ directory: options.path, openModel })
    case 'openai':
      return createOpenAiJudge(options)
  }
}
