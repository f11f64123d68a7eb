import { command } from './command.js'
import { print } from './print.js'

/** `fintune data get finqa|convfinqa --to DIR`: the official files. */
export const dataGet = command({
  command: 'get <dataset>',
  describe: 'Fetch the official files; a broken download goes on where it stopped',
  builder: (yargs) =>
    yargs
      .positional('dataset', { choices: ['finqa', 'convfinqa'] as const, demandOption: true, describe: 'Which' })
      .option('to', { type: 'string', requiresArg: true, demandOption: true, describe: 'Directory; made if missing' })
      .option('json', { type: 'boolean', default: false, describe: 'One JSON document on stdout' })
      .example('$0 data get finqa --to data/finqa', '')
      .example(
        'FINTUNE_DATA_URL=https://mirror.example/sets $0 data get convfinqa --to data/convfinqa',
        'From a mirror',
      ),
  handler: async ({ dataset, to, json }) => {
    const { getDataset } = await import('../data/get/getDataset.js')
    const { progressLine } = await import('../lib/progressLine.js')
    const progress = progressLine({ silent: json })
    const files = await getDataset(dataset, to, {
      onProgress: (name, bytes, total) => progress.update(`${name}  ${share(bytes, total)}`),
    }).finally(() => progress.close())
    const told = files.map(({ name, size, examples, fetched }) => {
      return `${to}/${name}: ${examples} examples, ${size} bytes${fetched ? '' : ', was there already'}`
    })
    print(json ? { directory: to, files } : told.join('\n'))
  },
})

function share(bytes: number, total: number | null): string {
  const megabytes = `${(bytes / 1e6).toFixed(1)} MB`
  return total === null
    ? megabytes
    : `${megabytes} of ${(total / 1e6).toFixed(1)} (${Math.floor((100 * bytes) / total)} %)`
}
