import { table } from '../../lib/table.js'
import type { ServerReport } from './ServerReport.js'

const reductions = {
  sequenceMean: 'the mean over sequences of each one’s mean; advantages are scaled until the gradient is the recipe’s',
  tokenSum: 'a sum over tokens; weights are scaled until the gradient is the recipe’s',
}

/** What was found out about a server, for people. */
export function checkText({ url, baseModel, format, traits, parity }: ServerReport): string {
  const { reduction, dedupes, clips, isCoarse } = traits
  const clipping = { true: 'heeded', false: 'not heeded: steps are not clipped', null: 'not measured' }[String(clips)]
  return [
    `${url} serves ${baseModel}`,
    `wire            ${format === 'protobuf' ? 'protobuf, as it asks' : 'JSON'}`,
    `tokens          ${reduction}: ${reductions[reduction]}`,
    `repeats         ${dedupes ? 'a request sent again runs once' : 'a request sent again runs twice; in doubt the run goes back to its checkpoint'}`,
    `maxGradNorm     ${clipping}`,
    `numbers         ${isCoarse ? 'bfloat16: optimizer.beta2 of 0.999 would be 1 there and make NaN; it is refused' : 'finer than bfloat16'}`,
    '',
    parity === null || parity.length === 0
      ? 'No step was compared: the base model’s weights are not here (--model DIR), or the server gives no adapter out.'
      : parityTable(parity),
  ].join('\n')
}

function parityTable(parity: NonNullable<ServerReport['parity']>): string {
  const rows = parity.map(({ loss, server, local, difference, agrees }) => [
    loss,
    server.loss.toFixed(6),
    local.loss.toFixed(6),
    server.gradNorm.toFixed(5),
    local.gradNorm.toFixed(5),
    server.moved.toFixed(5),
    local.moved.toFixed(5),
    `${(100 * difference).toFixed(3)} %`,
    agrees ? 'agrees' : 'DIFFERS',
  ])
  const header = [
    'one step of',
    'loss there',
    'here',
    'gradient there',
    'here',
    'moved there',
    'here',
    'difference',
    '',
  ]
  return table(header, rows)
}
