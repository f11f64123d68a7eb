import { command } from './command.js'
import { numberOption } from './numberOption.js'
import { print } from './print.js'

const roles = ['<|pad|>', '<|bos|>', '<|eos|>', '<|user|>', '<|assistant|>', '<|system|>']
const tags = ['<think>', '</think>', '<answer>', '</answer>']

/** `fintune tokenizer train`: a byte-level BPE tokenizer of one's own, for a model that starts from nothing. */
export const tokenizer = command({
  command: 'tokenizer <action>',
  describe: 'Train a tokenizer for a model that starts from nothing',
  builder: (yargs) =>
    yargs
      .positional('action', { choices: ['train'] as const, demandOption: true, describe: 'What to do' })
      .option('texts', {
        type: 'string',
        array: true,
        default: [],
        describe: 'Text files; of .jsonl files every text in them counts',
      })
      .option('recipe', {
        type: 'string',
        array: true,
        default: [],
        describe: 'Learn from the prompts and targets of recipes’ training data',
      })
      .option('examples', {
        type: 'string',
        default: '4000',
        requiresArg: true,
        describe: 'Of each data source of a recipe at most so many',
        coerce: numberOption('examples', { min: 1, integer: true }),
      })
      .option('english', {
        type: 'boolean',
        default: false,
        describe: 'Learn a list of common English and report words beside them, at low weight',
      })
      .option('vocab-size', {
        type: 'string',
        demandOption: true,
        requiresArg: true,
        describe: 'Tokens in all',
        coerce: numberOption('vocab-size', { min: 256, max: 2 ** 20, integer: true }),
      })
      .option('numbers', {
        choices: ['digits', 'pairs'] as const,
        default: 'digits' as const,
        describe: 'Numbers digit by digit, or years whole and other digits in pairs',
      })
      .option('special', {
        type: 'string',
        array: true,
        default: roles,
        describe: 'Special tokens, left out of decoded text',
      })
      .option('added', { type: 'string', array: true, default: tags, describe: 'Tokens kept in decoded text' })
      .option('pad', { type: 'string', default: '<|pad|>', describe: 'Which special token pads' })
      .option('bos', { type: 'string', default: '<|bos|>', describe: 'Which one begins a text' })
      .option('eos', { type: 'string', default: '<|eos|>', describe: 'Which one ends a text and a turn' })
      .option('chat-template', {
        type: 'string',
        requiresArg: true,
        describe: 'A Jinja file (default: every message as <|role|>text<|eos|>)',
      })
      .option('to', { type: 'string', demandOption: true, requiresArg: true, describe: 'Directory to write to' })
      .option('overwrite', { type: 'boolean', default: false, describe: 'Replace a tokenizer that is there' })
      .option('json', { type: 'boolean', default: false, describe: 'One JSON document on stdout' })
      .example('$0 tokenizer train --texts pages.txt chats.jsonl --vocab-size 1536 --to models/mine', ''),
  handler: async ({ texts, recipe, vocabSize, special, added, to, json, ...options }) => {
    const { trainTokenizer } = await import('./tokenizer/trainTokenizer.js')
    const trained = await trainTokenizer({ ...options, texts, recipe, vocabSize, special, added, to })
    print(
      json
        ? trained
        : `${to}: ${trained.vocabSize} tokens (${trained.merges} merges), learned from ${trained.characters} characters; ` +
            `${trained.charactersPerToken.toFixed(2)} characters a token on them`,
    )
  },
})
