import type { CommandModule } from 'yargs'

/** Every command by its first word; main loads the one that is asked for, or all of them for the help. A line each. */
export const commands: Readonly<Record<string, () => Promise<CommandModule>>> = {
  run: async () => (await import('./run.js')).run,
  quickstart: async () => (await import('./quickstart.js')).quickstart,
  runs: async () => (await import('./runs.js')).runs,
  checkpoints: async () => (await import('./checkpoints.js')).checkpoints,
  export: async () => (await import('./export.js')).exportCommand,
  launch: async () => (await import('./launch.js')).launch,
  sweep: async () => (await import('./sweep.js')).sweep,
  receipt: async () => (await import('./receipt.js')).receipt,
  eval: async () => (await import('./eval.js')).evalCommand,
  score: async () => (await import('./score.js')).score,
  data: async () => (await import('./data.js')).data,
  validate: async () => (await import('./validate.js')).validate,
  schema: async () => (await import('./schema.js')).schema,
  logprobs: async () => (await import('./logprobs.js')).logprobs,
  sample: async () => (await import('./sample.js')).sample,
  serve: async () => (await import('./serve.js')).serve,
  verifier: async () => (await import('./verifier.js')).verifier,
  rewards: async () => (await import('./rewardsCheck.js')).rewards,
  tokenizer: async () => (await import('./tokenizer.js')).tokenizer,
  engine: async () => (await import('./engine.js')).engine,
  plan: async () => (await import('./plan.js')).plan,
  doctor: async () => (await import('./doctor.js')).doctor,
}
