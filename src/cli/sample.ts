import { InputError } from '../lib/InputError.js'
import { command } from './command.js'
import { engineOptions } from './engineOptions.js'
import { numberOption } from './numberOption.js'
import { print } from './print.js'

const number = (name: string, range: Parameters<typeof numberOption>[1], fallback: string, describe: string) =>
  ({ type: 'string', default: fallback, requiresArg: true, describe, coerce: numberOption(name, range) }) as const

/** `fintune sample MODEL`: completions of a prompt, or of token sequences where there is no tokenizer. */
export const sample = command({
  command: 'sample <model>',
  describe: 'Write completions of a prompt or of token sequences',
  builder: (yargs) =>
    engineOptions(yargs)
      .positional('model', {
        type: 'string',
        demandOption: true,
        describe: 'Model directory, hub id, adapter or embedded',
      })
      .option('prompt', { type: 'string', requiresArg: true, describe: 'Text to go on from, as it is' })
      .option('chat', {
        type: 'boolean',
        default: false,
        describe: 'The prompt is a user’s message: apply the chat template',
      })
      .option('tokens', {
        type: 'string',
        requiresArg: true,
        describe: 'JSON file {"input_ids": [[…], …]} to go on from',
      })
      .option('n', number('n', { min: 1, integer: true }, '1', 'Completions of each prompt'))
      .option('max-tokens', number('max-tokens', { min: 1, integer: true }, '128', 'Longest completion'))
      .option('temperature', number('temperature', { min: 0 }, '1', '0 always takes the most probable token'))
      .option('top-p', number('top-p', { min: 0, max: 1 }, '1', 'Keep the likeliest tokens up to this mass'))
      .option('top-k', number('top-k', { min: 0, integer: true }, '0', 'Keep so many tokens; 0: all'))
      .option('min-p', number('min-p', { min: 0, max: 1 }, '0', 'Drop tokens below this share of the likeliest'))
      .option('repetition-penalty', number('repetition-penalty', { min: 1e-6 }, '1', 'Above 1 avoids repeats'))
      .option('stop', {
        type: 'string',
        array: true,
        nargs: 1,
        default: [],
        describe: 'End after this text; may be repeated',
      })
      .option('ignore-eos', { type: 'boolean', default: false, describe: 'Go on past end tokens' })
      .option('seed', number('seed', { min: 0, integer: true }, '0', 'Of the randomness'))
      .option('json', {
        type: 'boolean',
        default: false,
        describe: '{"completions": [{tokens, logprobs, text, …}, …]} on stdout',
      })
      .example('$0 sample embedded --prompt "What is 2 + 2?" --chat', '')
      .example('$0 sample models/tiny --tokens ids.json --temperature 0 --max-tokens 24 --ignore-eos --json', ''),
  handler: async ({ model, json, ...args }) => {
    const { readTokenSequences } = await import('./readTokenSequences.js')
    const { requireTokensFit } = await import('./requireTokensFit.js')
    const { openCommandModel } = await import('./openCommandModel.js')
    const { readEosTokenIds } = await import('../tokenizer/readEosTokenIds.js')
    requireOnePrompt(args)
    const given = args.tokens === undefined ? null : await readTokenSequences(args.tokens)
    const { engine, tokenizer, directory } = await openCommandModel(model, args)
    try {
      const prompts = given ?? [encodePrompt(requireTokenizer(tokenizer, directory), args)]
      const what = args.tokens === undefined ? '--prompt' : `--tokens ${args.tokens}: input_ids`
      requireTokensFit(what, prompts, engine.capabilities(), 1)
      const completions = await engine.sample(
        prompts.map((tokens, p) => ({ tokens, key: ['sample', p] })),
        {
          numGenerations: args.n,
          maxTokens: args.maxTokens,
          temperature: args.temperature,
          topP: args.topP,
          topK: args.topK,
          minP: args.minP,
          repetitionPenalty: args.repetitionPenalty,
          stop: args.stop,
          stopTokenIds: args.ignoreEos ? [] : (tokenizer?.eosTokenIds ?? (await readEosTokenIds(directory))),
          seed: args.seed,
        },
      )
      const results = completions.flatMap((group, prompt) =>
        group.map(({ tokens, logprobs, finishReason }) => ({
          prompt,
          tokens,
          logprobs,
          text: tokenizer ? tokenizer.decode(tokens) : null,
          finishReason,
        })),
      )
      print(json ? JSON.stringify({ completions: results }) : results.map(forPeople).join('\n\n'))
    } finally {
      await engine.close()
    }
  },
})

type Tokenizer = import('../tokenizer/Tokenizer.js').Tokenizer

function requireOnePrompt({ prompt, tokens, chat }: { prompt?: string; tokens?: string; chat: boolean }): void {
  if ((prompt === undefined) === (tokens === undefined)) {
    const found = prompt === undefined ? 'neither --prompt nor --tokens' : 'both --prompt and --tokens'
    throw new InputError(
      `fintune sample: found ${found}; give one of them. E.g.  fintune sample embedded --prompt "2 + 2 ="`,
    )
  }
  if (chat && prompt === undefined)
    throw new InputError('--chat: it goes with --prompt; token ids are taken as they are')
}

function requireTokenizer(tokenizer: Tokenizer | null, directory: string): Tokenizer {
  if (tokenizer) return tokenizer
  throw new InputError(
    `${directory}: no tokenizer.json, so --prompt cannot be read. Put the model's tokenizer.json there, or give token ids:  ` +
      `fintune sample ${directory} --tokens FILE.json`,
  )
}

function encodePrompt(tokenizer: Tokenizer, { prompt = '', chat }: { prompt?: string; chat: boolean }): number[] {
  if (chat) return tokenizer.encodeChat([{ role: 'user', content: prompt }], { addGenerationPrompt: true }).ids
  const ids = tokenizer.encode(prompt)
  if (ids.length > 0) return ids
  throw new InputError('--prompt: found no text; sampling goes on from one token or more')
}

function forPeople({ text, tokens }: { text: string | null; tokens: readonly number[] }): string {
  return text ?? `[${tokens.join(', ')}]`
}
