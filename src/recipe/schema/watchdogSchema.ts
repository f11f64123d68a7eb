import { z } from 'zod'
import { positiveInteger } from './positiveInteger.js'

const times = (usual: number, what: string) =>
  z.number().gt(1).default(usual).describe(`From so many times the median ${what} on`)

/** What is watched while a run trains, and how it reacts; everything found is named in the logs. */
export const watchdogSchema = z
  .strictObject({
    slowStep: z
      .strictObject({ times: times(10, 'step time') })
      .prefault({})
      .describe('A step that takes long: warns, nothing else'),
    notFinite: z
      .enum(['skip', 'stop'])
      .default('stop')
      .describe('A loss or gradient that is NaN or infinite: the update is left out, or the run stops at a checkpoint'),
    gradientSpike: z
      .strictObject({
        reaction: z.enum(['warn', 'skip', 'stop']).default('warn').describe('skip: the update is left out'),
        times: times(10, 'gradient norm'),
      })
      .prefault({})
      .describe('A gradient far larger than those before it'),
    rewardCollapse: z
      .strictObject({
        reaction: z.enum(['warn', 'stop']).default('warn').describe('stop: at a checkpoint'),
        share: z.number().min(0).max(1).default(0.5).describe('Below this share of the best mean reward so far'),
        steps: positiveInteger().default(10).describe('Means are taken over so many steps'),
      })
      .prefault({})
      .describe('A reward that has been far better'),
  })
  .prefault({})
  .describe('What is watched, and how the run reacts')
