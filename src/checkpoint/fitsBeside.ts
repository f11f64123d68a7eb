/** The copy of an engine's state (weights, two moments, perhaps a reference) may take this share of the free memory. */
const memoryShare = 0.25
const bytesPerParameter = 16

/** Whether a checkpoint copies what is trained, so that training goes on while it is written; else training waits. */
export function fitsBeside(trainableParameters: number): boolean {
  return trainableParameters * bytesPerParameter < memoryShare * process.availableMemory()
}
