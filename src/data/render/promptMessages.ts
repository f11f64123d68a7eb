import type { ChatMessage } from '../ChatMessage.js'
import type { QuestionExample } from '../QuestionExample.js'
import type { PageLine } from './pageLines.js'
import type { RenderOptions } from './RenderOptions.js'

const FORMAT = `You answer questions about a page of a financial report.
Reason first, then answer, in exactly this form and with nothing around it:
<think>your reasoning</think><answer>your answer</answer>`

const PROGRAM = `The answer is a program. Its steps are separated by ", "; a step is operator(argument, argument).
Operators on two values: add, subtract, multiply, divide, exp (power), greater (answers yes or no).
Operators on a table row: table_max, table_min, table_sum, table_average; they take the row's name and none.
A value is a number as the page prints it, #n for the result of step n (from 0), or a constant such as const_100.
Example: subtract(5829, 5735), divide(#0, 5735)
If the question only asks for a number of the page, the answer is that number.`

const TEXT = `The answer is the figure alone, or yes or no. Write a share or a percentage as a fraction: 0.145 rather than 14.5%.`

/**
 * The prompt as a conversation: the page goes into the first user message, every earlier turn is a user message and an
 * assistant message.
 *
 * @param answers what the assistant said in earlier turns, oldest first, one each
 */
export function promptMessages(
  example: QuestionExample,
  lines: readonly PageLine[],
  answers: readonly string[],
  options: Pick<RenderOptions, 'template' | 'answer' | 'system'>,
): ChatMessage[] {
  const page = lines.map(({ text }) => text).join('\n')
  const questions = [...example.history.map(({ question }) => question), example.question]
  const turns = questions.flatMap((question, turn): ChatMessage[] => [
    { role: 'user', content: turn === 0 ? firstMessage(page, question, options.template) : question },
    ...(turn < answers.length ? [{ role: 'assistant', content: answers[turn] } as const] : []),
  ])
  const system = options.system ?? instructions(options)
  return system === undefined ? turns : [{ role: 'system', content: system }, ...turns]
}

function instructions({ template, answer }: Pick<RenderOptions, 'template' | 'answer'>): string | undefined {
  return template === 'compact' ? undefined : `${FORMAT}\n${answer === 'program' ? PROGRAM : TEXT}`
}

function firstMessage(page: string, question: string, template: RenderOptions['template']): string {
  if (template === 'compact') return page === '' ? question : `${page}\n${question}`
  return `Report page:\n${page}\n\nQuestion: ${question}`
}
