import { command } from './command.js'
import { print } from './print.js'

/** `fintune doctor`: what computes here and why; what is missing and how to get it. */
export const doctor = command({
  command: 'doctor',
  describe: 'Show which backend computes here and why, and what is missing',
  builder: (yargs) =>
    yargs
      .option('build', { type: 'boolean', default: false, describe: 'Build the native kernels again first' })
      .option('json', { type: 'boolean', default: false, describe: 'One JSON document on stdout' })
      .example('$0 doctor', '')
      .example('$0 doctor --build', 'After a C++ compiler was installed'),
  handler: async ({ build, json }) => {
    const { buildNative } = await import('./doctor/buildNative.js')
    const { examine } = await import('./doctor/examine.js')
    const { describeExamination } = await import('./doctor/describeExamination.js')
    if (build) await buildNative()
    const examination = await examine()
    print(json ? examination : describeExamination(examination))
    if (examination.backend === null) process.exitCode = 1
  },
})
