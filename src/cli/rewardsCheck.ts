import { command } from './command.js'
import { numberOption } from './numberOption.js'
import { print } from './print.js'

/** `fintune rewards check RECIPE`: whether gold answers score full marks and known-bad ones do not. */
export const rewards = command({
  command: 'rewards <action> <recipe>',
  describe: "Check a recipe's rewards on gold and known-bad answers (exit 3 where they fail)",
  builder: (yargs) =>
    yargs
      .positional('action', { choices: ['check'] as const, demandOption: true, describe: 'What to do' })
      .positional('recipe', { type: 'string', demandOption: true, describe: 'Recipe file' })
      .option('set', { type: 'string', array: true, nargs: 1, default: [], describe: 'Change a value: KEY=VALUE' })
      .option('limit', {
        type: 'string',
        requiresArg: true,
        describe: 'Only the first so many gold answers of each stage',
        coerce: numberOption('limit', { min: 1, integer: true }),
      })
      .option('json', { type: 'boolean', default: false, describe: 'One JSON document on stdout' })
      .example('$0 rewards check recipes/finqa.yaml', '')
      .example('$0 rewards check recipes/finqa.yaml --set rewards.combine=gated --json', ''),
  handler: async ({ recipe: file, set, limit, json }) => {
    const { loadRecipe } = await import('../recipe/loadRecipe.js')
    const recipe = await loadRecipe(file, { set })
    const { checkRewards } = await import('./rewards/checkRewards.js')
    const { terminalReporter } = await import('./run/terminalReporter.js')
    const reporter = terminalReporter()
    try {
      const checks = await checkRewards(recipe, reporter, limit)
      const { checkText } = await import('./rewards/checkText.js')
      print(json ? { recipe: file, passed: checks.every(passes), stages: checks } : checkText(checks))
      if (!checks.every(passes)) process.exitCode = 3
    } finally {
      reporter.close()
    }
  },
})

const passes = ({ problems }: { problems: readonly string[] }) => problems.length === 0
