import type { ClusterAssumptions } from '../../launch/cluster/ClusterAssumptions.js'
import type { ModelShape } from '../../launch/cluster/ModelShape.js'
import type { ClusterStage } from '../../launch/cluster/planCluster.js'
import { table } from '../../lib/table.js'

interface ClusterPlan {
  readonly name: string
  readonly model: ModelShape & { readonly source: string }
  readonly assumptions: ClusterAssumptions
  readonly stages: readonly ClusterStage[]
}

/** A simulated plan, for people: the table, then everything it rests on. */
export function clusterText({ name, model, assumptions: assumed, stages }: ClusterPlan): string {
  const rows = stages.map((stage) => [
    stage.stage,
    stage.gpus,
    seconds(stage.samplingS),
    seconds(stage.trainingS),
    seconds(stage.verifyS),
    seconds(stage.syncS),
    seconds(stage.stepS),
    stage.overlappedStepS === undefined ? '' : seconds(stage.overlappedStepS),
    stage.samplingBusy === undefined ? '' : `${Math.round(100 * stage.samplingBusy)} %`,
    (1000 * stage.costPerStep).toFixed(0),
    stage.steps ?? '',
    stage.hours === null ? '' : stage.hours.toFixed(1),
    stage.cost === null ? '' : Math.round(stage.cost),
  ])
  const header = [
    'stage',
    'GPUs',
    'sample s',
    'train s',
    'judge s',
    'sync s',
    'step s',
    'ahead s',
    'busy',
    '1,000 cost',
    'steps',
    'hours',
    'cost',
  ]
  return [
    `${name}, simulated (nothing was measured on a cluster)`,
    '',
    table(header, rows),
    '',
    'step: sampling and training in turns on all GPUs. ahead: side by side, as maxStaleness has it. busy: what of their time',
    'the samplers decode; the rest they wait for the longest completion. 1,000 cost: a thousand such steps, ahead where given.',
    'No hours: the data that decides the steps is not here; --examples N says how much there is.',
    '',
    'Assumed:',
    `  model        ${count(model.parameters)} parameters, by ${model.source}; ${Math.round(model.kvBytesPerToken / 1024)} KiB of cache a token`,
    `  GPU          ${assumed.flops / 1e12} TFLOP/s bfloat16, ${assumed.bandwidth / 1e12} TB/s, ${assumed.memoryBytes / 1e9} GB (H100 SXM data sheet); ${assumed.pricePerGpuHour} an hour`,
    `  reached      ${assumed.trainingUse} of the arithmetic in training (Llama 3 report: 0.38 to 0.43), ${assumed.decodingUse} of the bandwidth in decoding, ${1000 * assumed.decodeOverheadS} ms more a token`,
    `  completions  ${assumed.meanCompletionShare} of the longest allowed on average, log-normal, sigma ${assumed.completionSigma}; prompts ${assumed.meanPromptShare}, SFT examples ${assumed.meanExampleShare} of theirs`,
    `  judge        ${assumed.judgeLatencyS} s a call, ${assumed.judgeConcurrency} at once`,
    `  sync         ${assumed.syncOverheadS} s and the trained weights at ${assumed.networkBytesPerS / 1e9} GB/s`,
  ].join('\n')
}

function seconds(value: number): string {
  return value === 0 ? '' : value < 10 ? value.toFixed(2) : value.toFixed(0)
}

function count(parameters: number): string {
  return parameters >= 1e9 ? `${(parameters / 1e9).toFixed(1)} billion` : `${(parameters / 1e6).toFixed(1)} million`
}
