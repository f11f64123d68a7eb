import { command } from './command.js'
import { print } from './print.js'

/** `fintune data check TYPE:PATH`: reads a data set and executes its gold programs. Exit 3 where anything is wrong. */
export const dataCheck = command({
  command: 'check <source>',
  describe: 'Read a data set and execute every gold program',
  builder: (yargs) =>
    yargs
      .positional('source', {
        type: 'string',
        demandOption: true,
        describe:
          'finqa:PATH, convfinqa:PATH, messages:PATH, tokens:PATH, synthetic:SEED, synthetic-text:SEED, pairs:SEED',
      })
      .option('json', { type: 'boolean', default: false, describe: 'One JSON document on stdout' })
      .example('$0 data check convfinqa:data/convfinqa/train.json', ''),
  handler: async ({ source, json }) => {
    const { openDataSource } = await import('../data/openDataSource.js')
    const { checkExamples } = await import('../data/checkExamples.js')
    const { describeProblems } = await import('../data/DataError.js')
    const { parseSource } = await import('./examples/parseSource.js')
    const { examples, files, malformed } = await openDataSource(parseSource(source, 1000))
    const { counts, wrong } = checkExamples(examples)
    const lines = [
      ...Object.entries(counts).map(([name, count]) => `${name.padEnd(24)} ${count}`),
      ...(malformed.length > 0 ? [`${malformed.length} malformed entries:`, ...describeProblems(malformed)] : []),
      ...(wrong.length > 0 ? [`${wrong.length} gold programs do not give their value:`] : []),
      ...wrong
        .slice(0, 8)
        .map(({ id, program, expected, found }) => `  ${id}: ${program} gives ${found}, not ${expected}`),
    ]
    print(json ? { source, files, counts, malformed, wrong } : lines.join('\n'))
    if (malformed.length + wrong.length > 0) process.exitCode = 3
  },
})
