/** What a metric of the step log means, its unit, and whether the same seed gives the same value. */
export interface StepMetric {
  readonly describe: string
  readonly unit: string
  readonly deterministic: boolean
}

const deterministic = (describe: string, unit = '1'): StepMetric => ({ describe, unit, deterministic: true })
const measured = (describe: string, unit: string): StepMetric => ({ describe, unit, deterministic: false })

/**
 * Every metric of the step log, under TRL's names where TRL has one. A name that ends in `*` stands for all that
 * begin like it (`rewards/*` has the reward's name in it).
 */
export const stepMetrics: Readonly<Record<string, StepMetric>> = {
  loss: deterministic('the step’s loss, over its whole batch'),
  grad_norm: deterministic('L2 norm of the gradient before clipping'),
  learning_rate: deterministic('learning rate of this step'),
  epoch: deterministic('passes over the training data so far', 'epochs'),
  num_tokens: deterministic('tokens run through training so far in this stage', 'tokens'),
  mean_token_accuracy: deterministic('share of labels that the model would have chosen itself', 'share'),
  entropy: deterministic('mean entropy of the next-token distribution at labelled tokens', 'nats'),
  eval_loss: deterministic('mean cross entropy a label on the validation data', 'nats'),
  'eval/*': deterministic('a score of the evaluation made after this step', 'share'),
  reward: deterministic('mean reward of the batch’s completions, unknown ones left out'),
  reward_std: deterministic('standard deviation of the rewards of the batch’s completions'),
  frac_reward_zero_std: deterministic('groups whose rewards are all equal', 'share'),
  'rewards/*': deterministic('mean and std of one reward over the batch’s completions'),
  'completions/*': deterministic('lengths of the completions; clipped_ratio: those cut at the limit', 'tokens'),
  kl: deterministic('mean k3 estimate of KL(policy ‖ reference) a token', 'nats'),
  'clip_ratio/*': deterministic('tokens whose ratio was clipped', 'share'),
  'sampling/*': deterministic('difference between the sampler’s and the trainer’s log p', 'nats'),
  resampled_groups: deterministic('groups replaced by dynamic sampling because all their rewards were equal', 'groups'),
  'rollouts/staleness': deterministic('batches trained since this one was sampled', 'batches'),
  'verifier/calls': deterministic(
    'answers handed to the verifier, and to a rubric’s judge (one a criterion); those that a module gave null',
    'calls',
  ),
  // Not deterministic: the cache begins empty with each attempt.
  'verifier/cached': measured('of these, answered from the cache or asked once for several', 'calls'),
  'verifier/unknown': deterministic('of these, without a verdict', 'calls'),
  'verifier/disagreement': deterministic('of these, where rules and model disagreed', 'calls'),
  'verifier/judge_calls': measured('calls of the judge’s model', 'calls'),
  'verifier/prompt_tokens': measured('tokens that the judge read', 'tokens'),
  'verifier/completion_tokens': measured('tokens that the judge wrote', 'tokens'),
  'verifier/latency_ms_p50': measured('median latency of a judge’s call', 'ms'),
  'verifier/latency_ms_p95': measured('95th percentile of a judge’s latency', 'ms'),
  'watchdog/slow_step': measured('1 where the step took many times the usual', '1'),
  'watchdog/*': deterministic(
    '1 where the watchdog found this: not_finite, gradient_spike, reward_collapse; skipped: the update was left out',
  ),
  step_time: measured('wall time of the step', 's'),
  'time/*': measured('wall time of a part of the step', 's'),
  'throughput/mfu': measured('float operations needed ÷ possible at the machine’s measured peak', 'share'),
  'throughput/*': measured('work done a second', 'tokens/s'),
  effective_training_ratio: measured('time spent on steps that count ÷ wall time since the run’s first start', 'share'),
}
