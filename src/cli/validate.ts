import { command } from './command.js'
import { print } from './print.js'

/** `fintune validate RECIPE…`: every problem of every recipe, without starting anything. */
export const validate = command({
  command: 'validate <recipes..>',
  describe: 'Check recipes: every problem at once, without starting anything',
  builder: (yargs) =>
    yargs
      .positional('recipes', { type: 'string', array: true, demandOption: true, describe: 'Recipe files' })
      .option('set', { type: 'string', array: true, nargs: 1, default: [], describe: 'Change a value: KEY=VALUE' })
      .option('json', { type: 'boolean', default: false, describe: 'One JSON document on stdout' })
      .example('$0 validate recipes/finqa.yaml', '')
      .example('$0 validate recipes/finqa.yaml --set stages[0].steps=20', 'With a value changed'),
  handler: async ({ recipes, set, json }) => {
    const { loadRecipe } = await import('../recipe/loadRecipe.js')
    const { RecipeError } = await import('../recipe/RecipeError.js')
    const results = []
    for (const file of recipes) {
      try {
        const { name, stages } = await loadRecipe(file, { set })
        results.push({ file, valid: true, name, stages: stages.map((stage) => stage.name), problems: [] })
      } catch (error) {
        if (!(error instanceof RecipeError)) throw error
        results.push({ file, valid: false, problems: error.problems })
        if (!json) process.stderr.write(`${error.message}\n`)
      }
      const last = results.at(-1)!
      if (!json && last.valid) print(`${file} is valid: ${last.stages?.join(' → ')}`)
    }
    if (json) print({ recipes: results })
    if (results.some(({ valid }) => !valid)) process.exitCode = 2
  },
})
