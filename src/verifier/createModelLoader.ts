import type { JudgeModel, OpenJudgeModel } from './JudgeModel.js'

/** A model that is loaded when first needed, once, and closed only if it was. */
export function createModelLoader(openModel: OpenJudgeModel, directory: string) {
  let opened: Promise<JudgeModel> | undefined
  return {
    get: (): Promise<JudgeModel> => (opened ??= openModel(directory)),
    close: async () => {
      if (opened !== undefined) await (await opened).engine.close()
    },
  }
}
