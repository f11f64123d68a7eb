/** Why a run stopped short: the fixed list of run.json's `cause`, for schedulers. New ones may be added, none renamed. */
export const runCauses = {
  signal: 'stopped by SIGINT, SIGTERM or SIGUSR1, checkpointed; run it again',
  max_steps: 'stopped by --max-steps, checkpointed; run it again',
  unknown_share: 'the judge left more answers without a verdict than verifier.maxUnknownShare',
  gold_fails: 'more gold answers did not earn full marks than rewards.maxGoldFailShare',
  loss_not_finite: 'a loss or gradient was NaN or infinite',
  reward_collapsed: 'the mean reward fell far below its best (watchdog)',
  gradient_spike: 'a gradient was many times the usual (watchdog)',
  replay_mismatch: 'a step run again after a resume did not give what it gave the first time',
  disk: 'the disk is full, failed, or a checkpoint on it is damaged',
  memory: 'the memory budget did not suffice',
  engine_lost: 'a remote engine lost the model, or it is not known whether it took a step; run it again',
  engine_away: 'a remote engine could not be reached for longer than engine.patienceMinutes; run it again',
  engine_failed: 'a remote engine refused a call or failed at it over and over; see message',
  input: 'the recipe or a file it names is wrong',
  error: 'anything else; see message',
} as const
