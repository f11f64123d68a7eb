import { Environment, Interpreter, parse, tokenize } from '@huggingface/jinja'
import type { ChatMessage } from '../lib/ChatMessage.js'
import type { ChatTemplate } from './ChatTemplate.js'
import type { TextSpan } from './TextSpan.js'
import { strftimeFixed } from './strftimeFixed.js'
import { TokenizerError } from './TokenizerError.js'

const generationTag = /\{%(-?)\s*(end)?generation\s*(-?)%\}/g

/**
 * Parses a Jinja chat template as Transformers sets Jinja up (trim_blocks, lstrip_blocks, `raise_exception`, `strftime_now`).
 *
 * The library drops `{% generation %}` marks; here each becomes a block that prints a variable, which is empty when the text
 * alone is wanted and a marker when the assistant's spans are. As a block it trims white space just as the mark would have.
 *
 * @param source  the template
 * @param path    the file it came from, for error messages
 * @param special text of bos_token, eos_token and the like, as the template may print them
 */
export function compileChatTemplate(
  source: string,
  path: string,
  special: Readonly<Record<string, string>>,
): ChatTemplate {
  const marked = source.replace(
    generationTag,
    (_, left: string, end: string | undefined, right: string) =>
      `{%${left} if true %}{{ ${end ? 'fintune_mark_end' : 'fintune_mark_start'} }}{% endif ${right}%}`,
  )
  const program = parseTemplate(marked, path)
  return {
    path,
    marksGeneration: marked !== source,
    render(messages, { addGenerationPrompt }) {
      const { start, end } = unusedMarks(source, messages)
      const variables = {
        ...special,
        ...globals,
        // Null, not absent: templates ask `tools is not none`, and Transformers passes None.
        tools: null,
        documents: null,
        messages: messages.map((message) => ({ ...message })),
        add_generation_prompt: addGenerationPrompt,
        fintune_mark_start: start,
        fintune_mark_end: end,
      }
      try {
        return cutMarks(interpret(program, variables), start, end)
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error)
        throw new TokenizerError(path, `the chat template refused a conversation of ${roles(messages)}: ${reason}`, {
          cause: error,
        })
      }
    },
  }
}

type Program = ReturnType<typeof parse>

function parseTemplate(source: string, path: string): Program {
  try {
    return parse(tokenize(source, { lstrip_blocks: true, trim_blocks: true }))
  } catch (error) {
    throw new TokenizerError(path, `the chat template is not valid Jinja: ${(error as Error).message}`, {
      cause: error,
    })
  }
}

// Not the library's own set: its strftime_now reads the clock, and the tokens of an example must not change by the day.
const globals = {
  true: true,
  false: false,
  none: null,
  True: true,
  False: false,
  None: null,
  range: (start: number, stop?: number, step = 1): number[] => {
    const [from, to] = stop === undefined ? [0, start] : [start, stop]
    return Array.from({ length: Math.max(0, Math.ceil((to - from) / step)) }, (_, i) => from + i * step)
  },
  raise_exception: (message: string): never => {
    throw new Error(message)
  },
  strftime_now: strftimeFixed,
}

function interpret(program: Program, variables: Record<string, unknown>): string {
  const environment = new Environment()
  for (const [name, value] of Object.entries(variables)) environment.set(name, value)
  return (new Interpreter(environment).run(program) as { value: string }).value
}

/** Two markers that occur nowhere in the template or the messages (private-use characters round a number). */
function unusedMarks(source: string, messages: readonly ChatMessage[]): { start: string; end: string } {
  const taken = (mark: string) => source.includes(mark) || messages.some((message) => message.content.includes(mark))
  for (let n = 0; ; n++) {
    const start = `\u{F0000}${n}\u{F0001}`
    const end = `\u{F0002}${n}\u{F0003}`
    if (!taken(start) && !taken(end)) return { start, end }
  }
}

function cutMarks(marked: string, start: string, end: string): { text: string; generated: TextSpan[] } {
  const generated: TextSpan[] = []
  let text = ''
  for (const [i, piece] of marked.split(start).entries()) {
    const parts = piece.split(end)
    if (parts.length !== (i === 0 ? 1 : 2)) throw new Error('generation marks must come in pairs, one after the other')
    if (i > 0) generated.push([text.length, text.length + parts[0].length])
    text += parts.join('')
  }
  return { text, generated }
}

function roles(messages: readonly ChatMessage[]): string {
  return messages.length === 0 ? 'no messages' : messages.map((message) => message.role).join(', ')
}
