/** cos and sin of position · frequency, times scaling, [positions, headDim / 2]; the angle in float32 as Transformers has it. */
export function rotaryCosSin(
  positions: Int32Array,
  frequencies: Float32Array,
  scaling: number,
): { cosine: Float32Array; sine: Float32Array } {
  const half = frequencies.length
  const cosine = new Float32Array(positions.length * half)
  const sine = new Float32Array(positions.length * half)
  positions.forEach((position, t) => {
    for (let i = 0; i < half; i++) {
      const angle = Math.fround(position * frequencies[i])
      cosine[t * half + i] = Math.cos(angle) * scaling
      sine[t * half + i] = Math.sin(angle) * scaling
    }
  })
  return { cosine, sine }
}
