import { command } from './command.js'
import { numberOption } from './numberOption.js'
import { print } from './print.js'

/** `fintune data show TYPE:PATH`: examples as a model gets them. */
export const dataShow = command({
  command: 'show <source>',
  describe: 'Show examples as a model gets them: prompt, target, gold',
  builder: (yargs) =>
    yargs
      .positional('source', {
        type: 'string',
        demandOption: true,
        describe:
          'finqa:PATH, convfinqa:PATH, messages:PATH, tokens:PATH, synthetic:SEED, synthetic-text:SEED, pairs:SEED',
      })
      .option('limit', {
        type: 'string',
        default: '3',
        requiresArg: true,
        describe: 'How many',
        coerce: numberOption('limit', { min: 1, integer: true }),
      })
      .option('id', { type: 'string', requiresArg: true, describe: 'Only this one' })
      .option('template', { choices: ['fin-r1', 'compact'] as const, default: 'fin-r1' as const, describe: 'Wording' })
      .option('system', { type: 'string', describe: "System message; default: the template's" })
      .option('context', { choices: ['full', 'evidence'] as const, default: 'full' as const, describe: 'Of the page' })
      .option('table', {
        choices: ['rows', 'sentences'] as const,
        default: 'rows' as const,
        describe: 'How tables read',
      })
      .option('answer', { choices: ['program', 'text'] as const, default: 'program' as const, describe: 'In <answer>' })
      .option('json', { type: 'boolean', default: false, describe: 'One JSON document on stdout' })
      .example('$0 data show finqa:data/finqa/dev.json --context evidence', '')
      .example('$0 data show synthetic:1 --template compact --limit 1', ''),
  handler: async ({ source, limit, id, json, template, system, context, table, answer }) => {
    const { openDataSource } = await import('../data/openDataSource.js')
    const { parseSource } = await import('./examples/parseSource.js')
    const { showExample } = await import('./examples/showExample.js')
    const { InputError } = await import('../lib/InputError.js')
    const { examples } = await openDataSource(parseSource(source, limit), id === undefined ? { limit } : {})
    const wanted = id === undefined ? examples : examples.filter((example) => example.id === id)
    if (wanted.length === 0)
      throw new InputError(`${source}: found no example "${id}"; ids look like "${examples[0].id}"`)
    const reasoning = { type: 'program' } as const
    const options = { template, system, context, table, answer, reasoning, onTooLong: 'error' } as const
    const shown = wanted.map((example) => showExample(example, options))
    print(json ? shown.map(({ value }) => value) : shown.map(({ text }) => text).join('\n\n'))
  },
})
