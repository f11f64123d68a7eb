import type { ChatMessage } from './ChatMessage.js'
import type { QuestionExample, Turn } from './QuestionExample.js'
import type { RenderContext, RenderOptions } from './RenderOptions.js'
import type { RenderedExample } from './RenderedExample.js'
import { InputError } from '../lib/InputError.js'
import { readTraces } from './readTraces.js'
import { fitLines } from './render/fitLines.js'
import { formatValue } from './render/formatValue.js'
import { pageLines, type PageLine } from './render/pageLines.js'
import { promptMessages } from './render/promptMessages.js'
import { reasonProgram } from './render/reasonProgram.js'

/**
 * Renders a question: prompt, target and gold. Earlier turns of a conversation are messages of their own; what the
 * assistant said in them stands in answer tags, without reasoning.
 *
 * @param countTokens a text's tokens; only asked where the options set a budget
 * @throws InputError when a prompt is past the budget and onTooLong is `error`; DataError when traces cannot be read
 */
export function renderExample(
  example: QuestionExample,
  options: RenderOptions,
  countTokens?: (text: string) => number,
  context: RenderContext = {},
): RenderedExample {
  const answers = (context.history ?? example.history).map(
    (turn) => `<answer>${saidIn(turn, example, options)}</answer>`,
  )
  const render = (lines: readonly PageLine[]) => promptMessages(example, lines, answers, options)
  const { lines, cut, over } = fitPrompt(example, render, options, countTokens)
  return {
    messages: render(lines),
    target: renderTarget(example, options),
    gold: { text: formatValue(example.exeAns), exeAns: example.exeAns, program: example.program },
    trimmedSentences: cut,
    dropped: over,
  }
}

function renderTarget(example: QuestionExample, { reasoning, answer }: RenderOptions): string {
  const thought = reasoning.type === 'program' ? reasonProgram(example) : readTraces(reasoning.path).get(example.id)
  return thought === undefined ? '' : `<think>${thought}</think><answer>${answerOf(example, answer)}</answer>`
}

function answerOf(turn: Turn, answer: RenderOptions['answer']): string {
  return answer === 'program' ? turn.program : formatValue(turn.exeAns)
}

function saidIn(turn: Turn, example: QuestionExample, { answer }: RenderOptions): string {
  return example.history.includes(turn) ? answerOf(turn, answer) : turn.program
}

/** The page's lines that fit the budget; `over` where they do not and the example is to be left out. */
function fitPrompt(
  example: QuestionExample,
  render: (lines: readonly PageLine[]) => ChatMessage[],
  { context, maxPromptTokens: budget, onTooLong }: RenderOptions,
  countTokens?: (text: string) => number,
): { lines: readonly PageLine[]; cut: number; over: boolean } {
  const lines = pageLines(example, context)
  if (budget === undefined || countTokens === undefined) return { lines, cut: 0, over: false }
  const length = (kept: readonly PageLine[]) => countTokens(textOf(render(kept)))
  const whole = length(lines)
  if (whole <= budget) return { lines, cut: 0, over: false }
  if (onTooLong === 'error')
    throw new InputError(
      `${example.id}: its prompt has ${whole} tokens; prompt.maxPromptTokens is ${budget}. ` +
        'Raise it, or set prompt.onTooLong to trim or drop.',
    )
  const question = [...example.history, example].map((turn) => turn.question).join(' ')
  const fitted = onTooLong === 'drop' ? undefined : fitLines({ lines, question, budget, length, countTokens })
  if (fitted === undefined) return { lines, cut: 0, over: true }
  return { lines: fitted, cut: lines.length - fitted.length, over: false }
}

const textOf = (messages: readonly ChatMessage[]) => messages.map(({ content }) => content).join('\n')
