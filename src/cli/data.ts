import { command } from './command.js'
import { dataCheck } from './dataCheck.js'
import { dataGet } from './dataGet.js'
import { dataShow } from './dataShow.js'
import { dataSynth } from './dataSynth.js'

/** `fintune data get|synth|show|check`. */
export const data = command({
  command: 'data <action>',
  describe: 'Fetch, invent, show and check data',
  builder: (yargs) =>
    yargs
      .command([dataGet, dataSynth, dataShow, dataCheck])
      .demandCommand(1, 'Which action: get, synth, show or check?'),
  handler: () => {},
})
