import { command } from './command.js'
import { jobOptions } from './launch/jobOptions.js'
import { serverOptions } from './launch/serverOptions.js'
import { slurmOptions } from './launch/slurmOptions.js'
import { print } from './print.js'

/** `fintune launch slurm RECIPE`: an sbatch script, submitted if asked. */
export const launchSlurm = command({
  command: 'slurm <recipe>',
  describe: 'Write an sbatch script that requeues itself at its time limit; --submit hands it to sbatch',
  builder: (yargs) =>
    serverOptions(slurmOptions(jobOptions(yargs)))
      .option('run-dir', { type: 'string', describe: 'Run directory; default <output>/<name>' })
      .example('$0 launch slurm recipes/finqa.yaml --time 12:00:00 --partition long --submit', '')
      .example('$0 launch slurm recipes/finqa.yaml | less', 'The script is printed, too')
      .example(
        '$0 launch slurm recipes/agentar-qwen3-32b.yaml --server-nodes 4 --gpus-per-node 8 --skyrl ~/SkyRL',
        'Tinker server and trainer as one job',
      ),
  handler: async ({ recipe: file, set, cpus, memory, runDir, out, json, submit, time, grace, ...rest }) => {
    const { serverNodes, gpusPerNode, skyrl, server: command, ...options } = rest
    const { resolve, join } = await import('node:path')
    const { loadRecipe } = await import('../recipe/loadRecipe.js')
    const { requireLaunchable } = await import('../launch/jobs/requireLaunchable.js')
    const { slurmTiming } = await import('../launch/jobs/slurmTiming.js')
    const { writeJobRecipe } = await import('../launch/jobs/writeJobRecipe.js')
    const { writeSlurmScript } = await import('../launch/jobs/writeSlurmScript.js')
    const { planResources } = await import('./launch/planResources.js')
    const { sbatchLines } = await import('./launch/sbatchLines.js')
    const { thisProgram } = await import('./launch/thisProgram.js')

    const graceSeconds = slurmTiming(time, grace)
    const recipe = await loadRecipe(file, { set })
    const run = resolve(runDir ?? join(recipe.output, recipe.name))
    requireLaunchable(recipe, run)
    const { skyrlServer } = await import('../launch/jobs/skyrlServer.js')
    const server =
      serverNodes === undefined
        ? undefined
        : await skyrlServer(recipe, { nodes: serverNodes, gpusPerNode, skyrl, command })
    const resources = await planResources(recipe, { cpus, memoryMiB: memory })
    const { commandLine, ...program } = thisProgram()
    await writeJobRecipe(recipe, run, file)
    const job = {
      name: recipe.name,
      writtenBy: commandLine,
      workingDirectory: process.cwd(),
      runs: [run],
      array: false,
      output: join(run, 'launch/slurm-%j.out'),
      timeLimit: time,
      graceSeconds,
      resources,
      options: sbatchLines(options),
      server,
      ...program,
    }
    const written = await writeSlurmScript(job, resolve(out ?? join(run, 'launch/slurm.sh')), submit)
    const { text, ...where } = written
    if (json)
      return print({
        ...where,
        runDirectory: run,
        output: job.output,
        timeLimit: time,
        graceSeconds,
        ...resources,
        server,
      })
    const next = where.jobId === null ? `Submit it:  sbatch ${where.script}` : `Submitted as job ${where.jobId}.`
    process.stderr.write(`${where.script} written. ${next}\n`)
    print(text.trimEnd())
  },
})
