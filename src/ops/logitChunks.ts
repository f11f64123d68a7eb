/** Row ranges such that a chunk's logits take about 32 MB. */
export function logitChunks(rows: number, vocab: number): [number, number][] {
  const size = Math.max(1, Math.floor(8_388_608 / vocab))
  const chunks: [number, number][] = []
  for (let from = 0; from < rows; from += size) chunks.push([from, Math.min(rows, from + size)])
  return chunks
}
