/** The options of a script that only some jobs have. */
export function sbatchLines(options: {
  readonly partition?: string
  readonly account?: string
  readonly gpus?: number
  readonly sbatch: readonly string[]
}): string[] {
  const { partition, account, gpus, sbatch } = options
  return [
    ...(partition === undefined ? [] : [`--partition=${partition}`]),
    ...(account === undefined ? [] : [`--account=${account}`]),
    ...(gpus === undefined ? [] : [`--gpus=${gpus}`]),
    ...sbatch,
  ]
}
