/** The logs of a run directory that only grow, and that checkpoints cover up to their own step. */
export const logFiles = { steps: 'steps.jsonl', verdicts: 'verdicts.jsonl' } as const
