import fc from 'fast-check'

// The same cases in every run; `FINTUNE_TEST_SEED=7 FINTUNE_TEST_RUNS=1000 npm test` goes looking for others.
fc.configureGlobal({
  seed: Number(process.env.FINTUNE_TEST_SEED ?? 20_261_122),
  numRuns: Number(process.env.FINTUNE_TEST_RUNS ?? 100),
})
