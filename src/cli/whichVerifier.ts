import type { Argv } from 'yargs'

/** The options that every `verifier` command has: which verifier, and how to print. */
export function whichVerifier<Args>(yargs: Argv<Args>) {
  return yargs
    .option('verifier', {
      type: 'string',
      default: 'cascade',
      requiresArg: true,
      describe: 'rules, embedded, cascade (rules, then embedded), or a recipe whose verifier is taken',
    })
    .option('json', { type: 'boolean', default: false, describe: 'One JSON document on stdout' })
}
