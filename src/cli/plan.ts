import { command } from './command.js'
import { numberOption } from './numberOption.js'
import { print } from './print.js'

/** `fintune plan RECIPE`: what a recipe would take on a cluster, by simulation, with what is assumed. */
export const plan = command({
  command: 'plan <recipe>',
  describe: 'Simulate a recipe on clusters: step time, hours and cost, with every assumption',
  builder: (yargs) =>
    yargs
      .positional('recipe', { type: 'string', demandOption: true, describe: 'Recipe file' })
      .option('set', { type: 'string', array: true, nargs: 1, default: [], describe: 'Change a value: KEY=VALUE' })
      .option('gpus', {
        type: 'string',
        default: '8,64,1024',
        requiresArg: true,
        describe: 'Cluster sizes, separated by commas',
        coerce: (text: string) => text.split(',').map((part) => numberOption('gpus', { min: 1, integer: true })(part)),
      })
      .option('parameters', {
        type: 'string',
        requiresArg: true,
        describe: "The model's size, where it is not here and its name does not tell",
        coerce: numberOption('parameters', { min: 1 }),
      })
      .option('examples', {
        type: 'string',
        requiresArg: true,
        describe: 'Examples of a stage whose data is not here, for its hours and cost',
        coerce: numberOption('examples', { min: 1, integer: true }),
      })
      .option('price', {
        type: 'string',
        default: '2.5',
        requiresArg: true,
        describe: 'Of a GPU hour',
        coerce: numberOption('price', { min: 0 }),
      })
      .option('json', { type: 'boolean', default: false, describe: 'One JSON document on stdout' })
      .example('$0 plan recipes/fin-r1-qwen2.5-7b.yaml --examples 60091', 'Fin-R1 on 8, 64 and 1,024 GPUs')
      .example('$0 plan recipes/agentar-qwen3-32b.yaml --gpus 256 --price 2', 'Agentar-sized on a cluster of yours'),
  handler: async ({ recipe: file, set, gpus, parameters, examples, price, json }) => {
    const { loadRecipe } = await import('../recipe/loadRecipe.js')
    const recipe = await loadRecipe(file, { set })
    const { h100 } = await import('../launch/cluster/ClusterAssumptions.js')
    const assumptions = { ...h100, pricePerGpuHour: price }
    const { modelShapeOf } = await import('../launch/cluster/modelShapeOf.js')
    const { shape, source } = await modelShapeOf(recipe, parameters)
    const { stepsOfStages } = await import('../launch/cluster/stepsOfStages.js')
    const steps = await stepsOfStages(recipe, { examples, meanExampleShare: assumptions.meanExampleShare })
    const { planCluster } = await import('../launch/cluster/planCluster.js')
    const stages = planCluster(recipe, gpus, shape, assumptions, ({ name }) => steps.get(name) ?? null)
    const { clusterText } = await import('./plan/clusterText.js')
    const result = { recipe: file, name: recipe.name, model: { ...shape, source }, assumptions, stages }
    print(json ? result : clusterText(result))
  },
})
