// What each instruction set provides: one table of functions, filled in kernels.cpp once for each.
#pragma once
#include <stdint.h>

namespace fintune {

// C [M, N] (+)= alpha · A [M, K]·B [K, N] + bias. A(m, k) = a[m·aRow + k·aColumn].
struct Gemm {
  long M, N, K;
  const float* a;
  long aRow, aColumn;
  const float* b;
  bool packed;       // b is in panels (see pack); else row-major:
  long bRow;         // B(k, n) = b[k·bRow + n]
  float* c;
  long cRow;
  bool accumulate;
  float alpha;       // 1 when accumulating
  const float* bias;  // [N] or null
  bool half;          // operands are rounded to bfloat16; packed b is in pairs (half.h)
  // Of bfloat16, a may be packed: each row's words side by side, aRow apart (aColumn = 1), or as columns are (aRow = 1).
  bool aPacked = false;
};

// RMSNorm's weight [width], and panels of the three weights [width, inner], [width, inner], [inner, width], or of their
// transposes for the gradient.
struct MlpBlock {
  long rows, width, inner;
  const float* norm;
  float eps;
  const float *gate, *up, *down;
  bool half;
};

// What its gradient fills: of x and of norm; and for the weights' gradients [rows, inner] (normed: [rows, width]), where half
// as gemm takes a packed a = gateᵀ, upᵀ, and packed b = activated, normed.
struct MlpGradients {
  float *x, *norm, *gate, *up, *activated, *normed;
};

// Panels of the projection's weight [in, width], or of its transpose for the gradient; `turns`: by the rows' positions.
struct HeadProjection {
  long width;
  const float *panels, *bias;  // bias [width] or null
  bool turns;
};

// RMSNorm's weight [width]; q, k, v; cosine, sine [positions, halfDim].
struct HeadProjections {
  long rows, width;
  const float* norm;
  float eps;
  HeadProjection projections[3];
  const int32_t* positions;  // [rows]
  const float *cosine, *sine;
  long halfDim;
  bool half;
};

// What its gradient fills: of x, norm and the biases (null: none); and for the weights' gradients q's, k's and v's gradients
// before they were turned [rows, width] (of floats, v's has no place: it is dy) and the normalised x, where half as gemm
// takes a packed a = turnedBackᵀ and packed b = normed.
struct HeadGradients {
  float *x, *norm, *bias[3], *turnedBack[3], *normed;
};

struct AttentionShape {
  long heads, kvHeads, headDim;
};

struct Layout {
  long tokens, segments;
  const int32_t *starts, *lengths, *prefixes;
};

struct KvStore {
  float *k, *v;           // one layer
  const double *kStart, *vStart;  // [runs] offsets in floats
  const int32_t *lane, *capacity;  // [runs] lane of the first key in its panel; keys there is room for
  long runs;
};

struct Adam {
  float beta1, rest1, beta2, rest2;  // rest = 1 − beta, rounded from float64
  float epsilon, clipScale;
  float decay;        // 1 − lr·λ, or 1 where weight decay is off
  float correction1;  // lr / (1 − β1^t)
  float correction2;  // 1 / sqrt(1 − β2^t)
};

struct Kernels {
  const char* name;
  long panelWidth;  // columns of a packed panel
  long fewRows;     // of a product's share: below, a panel is read for too little work
  long pairStep;    // pairs of bfloat16 in a panel are a multiple of this
  long tileRows;    // rows of a packed left side are a multiple of this, and its pairs take so many words:
  long wordsOfPair;

  // Panels of B [K, N] from w: transposed ? B(k, n) = w[n·K + k] : B(k, n) = w[k·N + n]. out [ceil(N / width)·K·width]
  // half: pairs of bfloat16, out [ceil(N / width)·pairs·width] with pairs = ceil(K / 2) up to a multiple of pairStep
  void (*pack)(const float* w, long K, long N, bool transposed, bool half, float* out);
  void (*gemm)(const Gemm&);

  void (*add)(const float* a, const float* b, float* y, long n);
  void (*multiply)(const float* a, const float* b, float* y, long n);
  void (*scale)(const float* a, float by, float* y, long n);
  void (*columnSum)(const float* x, long rows, long width, float* y);
  void (*swiGlu)(const float* gate, const float* up, float* y, long n);
  void (*swiGluGradient)(const float* gate, const float* up, const float* dy, float* dGate, float* dUp, long n);
  // y = x + MLP(RMSNorm(x)). gate, up [rows, inner] for the gradient; half: of bfloat16, [rows, ceil(inner / 2)] pairs.
  void (*mlpBlock)(const MlpBlock&, const float* x, float* gate, float* up, float* y);
  void (*mlpBlockGradient)(const MlpBlock&, const float* x, const float* dy, const float* gate, const float* up,
                           const MlpGradients& to);
  void (*projectHeads)(const HeadProjections&, const float* x, float* const y[3]);
  void (*projectHeadsGradient)(const HeadProjections&, const float* x, const float* const dy[3], const float* more,
                               const HeadGradients& to);
  void (*exp)(const float* x, float* y, long n);

  void (*rmsNorm)(const float* x, const float* weight, float eps, long rows, long width, float* y);
  void (*rmsNormGradient)(const float* x, const float* weight, const float* dy, float eps, long rows, long width,
                          float* dx, float* dWeight);
  // cosine, sine [positions, half]; sign −1 turns back (the gradient)
  void (*rotary)(const float* x, const int32_t* positions, const float* cosine, const float* sine, float sign, long rows,
                 long width, long half, float* y);
  void (*gatherRows)(const float* x, const int32_t* rows, long count, long width, float* y);
  void (*scatterRows)(const float* dy, const int32_t* rows, long count, long width, float* dx);

  void (*attention)(const Layout&, const AttentionShape&, const float* q, const float* k, const float* v, float* y,
                    float* logSumExp);
  // half: dq, dk and dv add up products of bfloat16 operands
  void (*attentionGradient)(const Layout&, const AttentionShape&, bool half, const float* q, const float* k,
                            const float* v, const float* y, const float* logSumExp, const float* dy, float* dq,
                            float* dk, float* dv);
  void (*kvAppend)(const KvStore&, const AttentionShape&, const float* k, const float* v, const int32_t* run,
                   const int32_t* position, long rows);
  void (*kvAttend)(const KvStore&, const AttentionShape&, const float* q, const int32_t* promptRun,
                   const int32_t* ownRun, const int32_t* promptLength, const int32_t* ownLength, long rows, float* y);

  // head: panels of headᵀ [width, vocab]; half: of bfloat16 pairs, hidden rounded likewise
  void (*tokenLogprobs)(const float* hidden, const float* head, long rows, long width, long vocab,
                        const int32_t* labels, float temperature, bool half, float* logprobs, float* logSumExp,
                        float* entropy, int32_t* argmax);
  // dLogits [rows, vocab rounded up to whole panels]
  void (*logitGradient)(const float* hidden, const float* head, long rows, long width, long vocab,
                        const int32_t* labels, float temperature, bool half, const float* logSumExp,
                        const float* dy, float* dLogits);
  // Both, from one computation of the logits, where dy is known before the pass.
  void (*tokenLogprobsGradient)(const float* hidden, const float* head, long rows, long width, long vocab,
                                const int32_t* labels, float temperature, bool half, const float* dy, float* logprobs,
                                float* logSumExp, float* entropy, int32_t* argmax, float* dLogits);
  long (*drawToken)(const float* logits, long vocab, float temperature, double uniform);
  void (*rowLogSumExp)(const float* logits, long rows, long vocab, float temperature, float* y);

  void (*adamW)(float* value, const float* gradient, float* m, float* v, long n, const Adam&);
  double (*sumOfSquares)(const float* x, long n);
};

// Slots of thread scratch memory (pool.h).
enum Slot { packA, scores, queries, outputs, shared, sharedToo, gradients, slots };

const Kernels* portableKernels();
#ifdef FINTUNE_X86_KERNELS
const Kernels* avx2Kernels();
const Kernels* avx512Kernels();
const Kernels* avx512_bf16Kernels();
const Kernels* amxKernels();
#endif

}  // namespace fintune
