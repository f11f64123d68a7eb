/** In a judge's directory: the pairs it was trained on. */
export const seenPairsFile = 'seen-pairs.bloom'
