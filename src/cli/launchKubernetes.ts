import { command } from './command.js'
import { jobOptions } from './launch/jobOptions.js'
import { numberOption } from './numberOption.js'
import { print } from './print.js'
import { readVersion } from './readVersion.js'

/** `fintune launch kubernetes RECIPE`: a Job for kubectl. */
export const launchKubernetes = command({
  command: 'kubernetes <recipe>',
  describe: 'Write a Kubernetes Job whose pods go on from each other’s checkpoints',
  builder: (yargs) =>
    jobOptions(yargs)
      .option('run-dir', { type: 'string', describe: 'Run directory on the volume; default <output>/<name>' })
      .option('image', {
        type: 'string',
        requiresArg: true,
        default: `fintune:${readVersion()}`,
        describe: 'Container image with node and this package',
      })
      .option('program', {
        type: 'string',
        requiresArg: true,
        default: '/app/dist/cli/main.js',
        describe: 'dist/cli/main.js in the image',
      })
      .option('volume-claim', {
        type: 'string',
        requiresArg: true,
        default: 'fintune',
        describe: 'PersistentVolumeClaim with model, data and runs',
      })
      .option('mount', {
        type: 'string',
        requiresArg: true,
        default: '/work',
        describe: 'Where it is mounted; relative paths begin there',
      })
      .option('secret', {
        type: 'string',
        requiresArg: true,
        default: 'fintune-keys',
        describe: 'Secret with the keys that the recipe’s apiKeyEnv name',
      })
      .option('namespace', { type: 'string', requiresArg: true, describe: 'Kubernetes namespace' })
      .option('retries', {
        type: 'string',
        requiresArg: true,
        default: '3',
        describe: 'Failures after which the Job gives up; stops at a checkpoint are none',
        coerce: numberOption('retries', { min: 0, integer: true }),
      })
      .example('$0 launch kubernetes recipes/finqa.yaml --image registry.example/fintune:1 | kubectl apply -f -', ''),
  handler: async ({ recipe: file, set, cpus, memory, gpus, grace = 120, runDir, out, json, ...options }) => {
    const { resolve, join, posix } = await import('node:path')
    const { loadRecipe } = await import('../recipe/loadRecipe.js')
    const { writeFileAtomic } = await import('../lib/writeFileAtomic.js')
    const { jobRecipe } = await import('../launch/jobs/jobRecipe.js')
    const { keyVariables } = await import('../launch/jobs/keyVariables.js')
    const { kubernetesManifest } = await import('../launch/jobs/kubernetesManifest.js')
    const { planResources } = await import('./launch/planResources.js')
    const { thisProgram } = await import('./launch/thisProgram.js')
    const { mkdir } = await import('node:fs/promises')
    const { dirname } = await import('node:path')

    const recipe = await loadRecipe(file, { set })
    const resources = await planResources(recipe, { cpus, memoryMiB: memory })
    const runDirectory = runDir ?? posix.join(recipe.output, recipe.name)
    const text = jobRecipe(recipe, file)
    const manifest = kubernetesManifest({
      name: recipe.name,
      writtenBy: thisProgram().commandLine,
      namespace: options.namespace,
      image: options.image,
      program: options.program,
      volumeClaim: options.volumeClaim,
      mountPath: options.mount,
      runDirectory,
      recipe: text,
      secretVariables: keyVariables(text),
      secret: options.secret,
      graceSeconds: grace,
      retries: options.retries,
      gpus,
      resources,
    })
    const target = resolve(out ?? join(recipe.output, recipe.name, 'launch/kubernetes.yaml'))
    await mkdir(dirname(target), { recursive: true })
    await writeFileAtomic(target, manifest)
    if (json) return print({ manifest: target, runDirectory, image: options.image, graceSeconds: grace, ...resources })
    process.stderr.write(`${target} written. Start it:  kubectl apply -f ${target}\n`)
    print(manifest.trimEnd())
  },
})
