/** Sampling with nothing switched on; what a test needs otherwise it spreads over this. */
export const plainSampling = {
  temperature: 1,
  topP: 1,
  topK: 0,
  minP: 0,
  repetitionPenalty: 1,
  stop: [],
  stopTokenIds: [],
}
