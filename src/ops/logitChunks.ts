/** Logits of a chunk, about: 32 MB. */
const most = 8_388_608
/** Rows of a chunk come in such units, so that a product's tiles are whole and two threads have as many. */
const unit = 24

/** Row ranges, as even as whole units of rows allow, such that a chunk's logits take about 32 MB. */
export function logitChunks(rows: number, vocab: number): [number, number][] {
  const size = Math.max(1, Math.floor(most / vocab))
  const chunks = Math.ceil(rows / size)
  const step = size < 4 * unit ? 1 : unit
  const units = Math.ceil(rows / step)
  const start = (chunk: number) => Math.min(rows, Math.floor((chunk * units) / chunks) * step)
  return Array.from({ length: chunks }, (_, chunk) => [start(chunk), start(chunk + 1)])
}
