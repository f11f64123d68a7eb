/** How often run.json is written anew without news, and after what silence a run elsewhere counts as lost. Milliseconds. */
export const heartbeat = { everyMs: 10_000, lostAfterMs: 300_000 } as const
