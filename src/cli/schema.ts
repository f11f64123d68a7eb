import { command } from './command.js'
import { print } from './print.js'

/** `fintune schema recipe|step-log|run`: JSON Schema, for editors and readers. */
export const schema = command({
  command: 'schema <what>',
  describe: 'Print the JSON Schema of recipes, of the step log or of run.json',
  builder: (yargs) =>
    yargs
      .positional('what', {
        choices: ['recipe', 'step-log', 'run'] as const,
        demandOption: true,
        describe: 'Whose schema',
      })
      .example('$0 schema recipe > recipe.schema.json', 'Then start a recipe with:')
      .example('# yaml-language-server: $schema=recipe.schema.json', 'and the editor completes its keys'),
  handler: async ({ what }) => {
    if (what === 'recipe') print((await import('../recipe/recipeJsonSchema.js')).recipeJsonSchema())
    else if (what === 'run') print((await import('../checkpoint/runSchema.js')).runSchema())
    else print((await import('../metrics/stepLogSchema.js')).stepLogSchema())
  },
})
