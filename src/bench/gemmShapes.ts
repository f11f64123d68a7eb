/** Products x·wᵀ that are timed, [rows, in, out]: a cube, and SmolLM2-135M's own on 2,048 tokens. */
export const gemmShapes: readonly (readonly [number, number, number])[] = [
  [1024, 1024, 1024],
  [2048, 576, 576],
  [2048, 576, 192],
  [2048, 576, 1536],
  [2048, 1536, 576],
  [512, 576, 49152],
]
