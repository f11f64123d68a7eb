import type { EngineMemory } from './EngineMemory.js'
import type { LossSpec } from './loss/LossSpec.js'

/** What to sample from: a prompt's tokens, and the key its randomness hangs on (not its place in the batch). */
export interface SamplePrompt {
  readonly tokens: readonly number[]
  /** E.g. ['grpo', step, promptIndex]; sample i of it draws from keyedRandom(seed, ...key, i). */
  readonly key: readonly (string | number)[]
}

export interface SampleParams {
  /** Completions a prompt. */
  readonly numGenerations: number
  readonly maxTokens: number
  /** 0 is greedy. */
  readonly temperature: number
  /** 1 keeps all. */
  readonly topP: number
  /** 0 keeps all. */
  readonly topK: number
  /** 0 keeps all. */
  readonly minP: number
  /** 1 leaves logits alone; else seen tokens (prompt and completion) are divided/multiplied by it (CTRL, as in Transformers). */
  readonly repetitionPenalty: number
  /** A completion ends once its text contains one of these (the text is kept, tokens included). */
  readonly stop: readonly string[]
  /** Tokens that end a completion and are part of it (EOS and the chat template's end of turn); empty: none. */
  readonly stopTokenIds: readonly number[]
  readonly seed: number
  /** Called now and then with the tokens sampled so far over all sequences (for the progress line). */
  readonly onProgress?: (done: { tokens: number; finished: number; sequences: number }) => void
  /** Aborts between tokens with the signal's reason. */
  readonly signal?: AbortSignal
}

export interface Completion {
  readonly tokens: number[]
  /** log softmax(logits / temperature) of each token (temperature 1 where sampling is greedy), before top-p, top-k, min-p and penalties. [tokens] */
  readonly logprobs: number[]
  readonly finishReason: 'stop' | 'length'
}

/** One completion to learn from. All per-token arrays are [completion tokens]. */
export interface TrainCompletion {
  readonly tokens: readonly number[]
  /** What each position should have been; −100 takes no part in the loss. Default: the tokens themselves, all counted. */
  readonly labels?: readonly number[]
  /** The completion's advantage (policy losses). */
  readonly advantage?: number
  /** log p under the policy that sampled it; absent or null: on-policy, the ratio is 1 with a gradient. */
  readonly oldLogprobs?: readonly number[] | null
  /** log p under the reference; needed when beta is not 0. */
  readonly refLogprobs?: readonly number[] | null
  /** log p as the sampler reported it, for truncated importance sampling. */
  readonly samplerLogprobs?: readonly number[] | null
}

/** The unit of training: a prompt and its completions. SFT is a group of one. The prompt may be empty: then token 0 has no label. */
export interface TrainGroup {
  readonly prompt: readonly number[]
  readonly completions: readonly TrainCompletion[]
}

/** What one forwardBackward adds to the step: every `sums` entry adds up over the micro-batches, `minima`/`maxima` combine. */
export interface LossStats {
  /** This call's share of the step's loss; the step's loss is the sum over its micro-batches. */
  readonly loss: number
  /** Tokens that took part in the loss, and all tokens run through the model. */
  readonly lossTokens: number
  readonly tokens: number
  /** E.g. entropy, correct, kl, clipLow, clipHigh, logpDifference (each a sum over loss tokens). */
  readonly sums: Readonly<Record<string, number>>
  readonly minima: Readonly<Record<string, number>>
  readonly maxima: Readonly<Record<string, number>>
  /** Per group, per completion: log p of each token under the weights of this pass (0 where there is no label). */
  readonly logprobs: readonly (readonly number[][])[]
}

export interface AdamParams {
  readonly learningRate: number
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
  readonly weightDecay: number
  readonly decayExclude: 'none' | 'biasAndNorm'
  /** Gradients are scaled by min(1, maxGradNorm / (norm + 1e-6)); 0 switches clipping off. */
  readonly maxGradNorm: number
  /** A gradient with a norm above this is dropped, the weights left as they are. An engine that only learns the norm by stepping steps. */
  readonly skipAbove?: number
}

export interface EngineCapabilities {
  readonly type: string
  /** E.g. native, tensorflow, wasm, cpu. */
  readonly backend: string
  /** The kernel path, e.g. avx2, avx512; bits are comparable only between equal ones. */
  readonly kernels: string
  readonly threads: number
  readonly dtype: string
  readonly maxLength: number
  readonly vocabSize: number
  readonly parameters: number
  readonly trainableParameters: number
  /** Weights that every token is multiplied by, and those of the output head, which tokens whose log p is asked for alone meet. */
  readonly productParameters?: { readonly body: number; readonly head: number }
  /** What its tensors take in this process; null where they are elsewhere. */
  readonly memory: EngineMemory | null
  /** Training calls worth having on their way at once; default 1: each begins when the one before is done. */
  readonly callsInFlight?: number
  /** False where the same step run again may differ in its last digits; default true. */
  readonly isReproducible?: boolean
}

/**
 * What trains and samples. Few calls, big arguments, all asynchronous: it may live in another thread or another machine.
 * sft, grpo and eval know this interface alone; an engine is added in one folder beside `local`.
 */
export interface Engine {
  capabilities(): EngineCapabilities
  /** Completions of each prompt, numGenerations each, in the prompts' order. */
  sample(prompts: readonly SamplePrompt[], params: SampleParams): Promise<Completion[][]>
  /** log softmax(logits / temperature) of token t+1 at t, [tokens − 1] for each sequence. */
  logprobs(
    sequences: readonly (readonly number[])[],
    options: { weights: 'policy' | 'reference'; temperature: number; signal?: AbortSignal },
  ): Promise<number[][]>
  /** Log p of every completion token of every group under the policy or the reference, as in LossStats.logprobs. */
  groupLogprobs(
    groups: readonly TrainGroup[],
    options: { weights: 'policy' | 'reference'; temperature: number },
    signal?: AbortSignal,
  ): Promise<number[][][]>
  /**
   * Runs the groups as one micro-batch; gradients add up in the engine until optimStep. An aborted signal ends the wait for a
   * far engine with its reason. After an abort or an error the gradients are to be dropped.
   */
  forwardBackward(groups: readonly TrainGroup[], loss: LossSpec, signal?: AbortSignal): Promise<LossStats>
  /** The loss and its statistics without gradients (validation). */
  forward(groups: readonly TrainGroup[], loss: LossSpec, signal?: AbortSignal): Promise<LossStats>
  /** One AdamW step over the accumulated gradients, then clears them. gradNorm is the L2 norm before clipping. */
  optimStep(params: AdamParams): Promise<{ gradNorm: number; skipped?: boolean }>
  /** Drops accumulated gradients (a step given up). */
  dropGradients(): Promise<void>
  /** Freezes the policy as it is now as the reference for KL (a stage's beginning). */
  setReference(): Promise<void>
  /** Forgets the optimizer's moments and step count (a new stage's optimizer). */
  resetOptimizer(): Promise<void>
  /** Makes the sampler use the trained weights; a no-op where they are the same arrays. */
  syncSampler(): Promise<void>
  /**
   * Trained weights, optimizer moments, step count and the reference, bit for bit, into files of an existing directory.
   * What is saved is the state at the call. With `whileTraining` other calls may be made before it is done: the engine
   * copies its state first, for which there must be memory.
   */
  saveState(directory: string, options?: { readonly whileTraining?: boolean }): Promise<void>
  loadState(directory: string): Promise<void>
  /** A Hugging Face directory (full) or PEFT adapter (lora) that Transformers and vLLM load. */
  saveWeights(directory: string): Promise<void>
  /** Float operations a second at this machine's best, measured now (some 60 ms); absent where the engine computes elsewhere. */
  peakFlops?(): Promise<number>
  /** L2 norm and sum of each trained parameter, by Hugging Face name (float64 sums). */
  parameterNorms(): Promise<Record<string, { l2: number; sum: number }>>
  close(): Promise<void>
}
