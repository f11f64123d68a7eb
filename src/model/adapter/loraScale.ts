/** What the low-rank product is multiplied by: alpha / rank, or alpha / √rank (rank-stabilised, Kalajdzievski 2023). */
export function loraScale({ rank, alpha, useRslora }: { rank: number; alpha: number; useRslora: boolean }): number {
  return alpha / (useRslora ? Math.sqrt(rank) : rank)
}
