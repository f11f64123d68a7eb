import { command } from './command.js'
import { numberOption } from './numberOption.js'
import { print } from './print.js'

/** `fintune data synth`: invented pages as a file. */
export const dataSynth = command({
  command: 'synth',
  describe: 'Invent pages in FinQA’s format (or ConvFinQA’s)',
  builder: (yargs) =>
    yargs
      .option('pages', {
        type: 'string',
        default: '100',
        requiresArg: true,
        describe: 'How many',
        coerce: numberOption('pages', { min: 1, integer: true }),
      })
      .option('seed', {
        type: 'string',
        default: '0',
        requiresArg: true,
        describe: 'Other seeds give other pages',
        coerce: numberOption('seed', { min: 0, integer: true }),
      })
      .option('offset', {
        type: 'string',
        default: '0',
        requiresArg: true,
        describe: 'Number of the first page',
        coerce: numberOption('offset', { min: 0, integer: true }),
      })
      .option('format', {
        choices: ['finqa', 'convfinqa'] as const,
        default: 'finqa' as const,
        describe: 'A question a page, or a conversation',
      })
      .option('out', { type: 'string', requiresArg: true, describe: 'File (.json, .jsonl); default: stdout' })
      .example('$0 data synth --pages 1000 --seed 1 --out pages.json', ''),
  handler: async ({ pages, seed, offset, format, out }) => {
    const { makeSyntheticEntry } = await import('../data/synthetic/makeSyntheticEntry.js')
    const turns = format === 'convfinqa' ? 1 : 0
    const entries = Array.from({ length: pages }, (_, index) => makeSyntheticEntry({ seed, turns }, offset + index))
    if (out === undefined) return print(entries)
    const { writeFileAtomic } = await import('../lib/writeFileAtomic.js')
    const lines = entries.map((entry) => JSON.stringify(entry))
    await writeFileAtomic(
      out,
      /\.(jsonl|ndjson)$/i.test(out) ? `${lines.join('\n')}\n` : `[\n${lines.join(',\n')}\n]\n`,
    )
    print(`${out}: ${pages} pages, ${format} format, seed ${seed}, numbers ${offset} to ${offset + pages - 1}`)
  },
})
