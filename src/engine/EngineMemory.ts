/** What an engine's tensors take in this process, for an estimate before a run; all in bytes. */
export interface EngineMemory {
  /** Weights in the form that products read, made at their first use. (The weights themselves are there already.) */
  readonly packed: number
  /** What of them stays while the model is trained: those of weights that do not change. */
  readonly packedInTraining: number
  /** One float32 copy of what is trained: its gradient, each moment. */
  readonly trained: number
  /** The reference policy: such a copy, and the form that products read of it. */
  readonly reference: number
  /** What a backward pass holds beside activations and gradients: the head in packed forms, and each thread's own. */
  readonly head: number
  /** The head's gradient, which comes while all activations are there. */
  readonly headGradient: number
  /** Logits of a token, and at most for a chunk of them. */
  readonly perTokenLogits: number
  readonly logits: number
  /** Kept of each token of a micro-batch until its backward pass. */
  readonly perToken: number
  /** The same where layers are run again in the backward pass. */
  readonly perTokenRecomputed: number
  /** What the backward pass of a layer takes for each token beside what was kept. */
  readonly perTokenBackward: number
  /** Whether layers are run again; auto: where activations would not fit into what is left of `budget`. */
  readonly recompute: 'auto' | 'always' | 'never'
  /** At most for keys and values while sampling, and for each token of them. */
  readonly kvCache: number
  readonly perTokenKv: number
  /** For each token of a prompt on its way through the model, and at most for the prompts that go at once. */
  readonly perTokenPrefill: number
  readonly prefill: number
  /** What tensors may take in all. */
  readonly budget: number
  /** What they take now. */
  readonly used: number
}
