import type { BenchWork, PeerVariant } from './BenchWork.js'

const plain: readonly PeerVariant[] = [{ dtype: 'fp32' }]
const autocast: readonly PeerVariant[] = [{ dtype: 'bf16-autocast' }]
const withAndWithout = (variants: readonly PeerVariant[]): PeerVariant[] =>
  variants.flatMap((variant) => [true, false].map((checkpointing) => ({ ...variant, checkpointing })))

/** What is timed, and how much faster and leaner than the peers it has to be. */
export const benchWorks: readonly BenchWork[] = (['float32', 'bfloat16'] as const).flatMap((dtype) => {
  const half = dtype === 'bfloat16'
  const training = half ? autocast : plain
  const name = (work: string) => `${work} ${half ? 'bf16' : 'f32'}`
  return [
    {
      name: name('gemm'),
      kind: 'gemm',
      model: 'smol',
      dtype,
      peers: half ? [{ dtype: 'bf16' }] : plain,
      speed: { least: 0.9, aim: 1 },
    },
    {
      name: name('sft tiny'),
      kind: 'sft',
      model: 'tiny',
      dtype,
      microBatchTokens: 2048,
      peers: training,
      speed: { least: 2, aim: 3 },
    },
    {
      name: name('sft'),
      kind: 'sft',
      model: 'smol',
      dtype,
      microBatchTokens: 768,
      peers: training,
      speed: half ? { least: 1.3, aim: 2 } : { least: 2, aim: 2.5 },
      memory: { most: 0.6, aim: 0.5 },
    },
    {
      name: name('sample'),
      kind: 'sample',
      model: 'smol',
      dtype,
      peers: half ? [{ dtype: 'bf16-autocast' }, { dtype: 'bf16' }] : plain,
      speed: { least: 5, aim: 10 },
    },
    {
      name: name('grpo'),
      kind: 'grpo',
      model: 'smol',
      dtype,
      microBatchTokens: 1024,
      peers: withAndWithout(training),
      speed: { least: 8, aim: 15 },
      memory: { most: 0.6, aim: 0.4 },
    },
  ]
})
