/** Prices of a million tokens, in a currency of the user's. */
export interface TokenPrices {
  readonly prompt: number
  readonly completion: number
}

/** What tokens cost; undefined where there are no prices. */
export function tokenPrice(
  { promptTokens, completionTokens }: { readonly promptTokens: number; readonly completionTokens: number },
  prices: TokenPrices | undefined,
): number | undefined {
  return prices && (promptTokens * prices.prompt + completionTokens * prices.completion) / 1e6
}
