import { benchWorks } from './benchWorks.js'
import { measureWork } from './measureWork.js'

// `node runBenchWork.js NAME REPETITIONS`: one work in a process of its own, so that its peak memory is its own.

const [name, repetitions] = process.argv.slice(2)
const work = benchWorks.find((one) => one.name === name)
if (work === undefined) throw new Error(`no work is called ${name}`)
process.stdout.write(`${JSON.stringify(await measureWork(work, Number(repetitions)))}\n`)
