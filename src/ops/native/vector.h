// One vector type for every instruction set: VW floats wide. Included once per instruction set, inside its namespace,
// so that no two of them share a symbol (the linker would keep one copy, and an older CPU might run the newer one's).
#pragma once
#include <math.h>
#include <stdint.h>
#include <string.h>

#include <utility>
#if defined(__AVX2__) || defined(__AVX512F__)
#include <immintrin.h>
#elif defined(__ARM_NEON)
#include <arm_neon.h>
#endif

#define FT_INLINE static inline __attribute__((always_inline))

namespace FINTUNE_ISA {

#if defined(__AVX512F__)
constexpr int VW = 16, MR = 12;
#elif defined(__AVX2__)
constexpr int VW = 8, MR = 6;
#else
constexpr int VW = 4, MR = 4;
#endif
// A panel of packed columns: two vectors. MR rows of it fill the register file with accumulators.
constexpr int NR = 2 * VW;

typedef float vf __attribute__((vector_size(VW * 4)));
typedef int32_t vi __attribute__((vector_size(VW * 4)));
typedef uint32_t vu __attribute__((vector_size(VW * 4)));
typedef float vfu __attribute__((vector_size(VW * 4), aligned(4), may_alias));

FT_INLINE vf load(const float* p) { return *(const vfu*)p; }
FT_INLINE void store(float* p, vf x) { *(vfu*)p = x; }
FT_INLINE vf splat(float x) { return x - vf{}; }
// The first n floats where fewer than a vector are left, the others 0.
FT_INLINE vf loadUpTo(const float* p, long n) {
  if (n >= VW) return load(p);
#if defined(__AVX512F__)
  return (vf)_mm512_maskz_loadu_ps((__mmask16)((1u << n) - 1), p);
#else
  vf x = {};
  memcpy(&x, p, n * sizeof(float));
  return x;
#endif
}
FT_INLINE void storeUpTo(float* p, vf x, long n) {
  if (n >= VW) return store(p, x);
#if defined(__AVX512F__)
  _mm512_mask_storeu_ps(p, (__mmask16)((1u << n) - 1), (__m512)x);
#else
  memcpy(p, &x, n * sizeof(float));
#endif
}

// a·b + c, rounded once where the CPU can. The compiler never contracts on its own (-ffp-contract=off): which
// products are fused must not depend on the loop they stand in, or a row's bits would depend on its neighbours.
FT_INLINE vf fma(vf a, vf b, vf c) {
#if defined(__AVX512F__)
  return (vf)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
#elif defined(__AVX2__)
  return (vf)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
#elif defined(__ARM_NEON)
  return (vf)vfmaq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b);
#else
  return a * b + c;
#endif
}

FT_INLINE vf vmax(vf a, vf b) { return a > b ? a : b; }
FT_INLINE vf vsqrt(vf a) {
#if defined(__AVX512F__)
  return (vf)_mm512_sqrt_ps((__m512)a);
#elif defined(__AVX2__)
  return (vf)_mm256_sqrt_ps((__m256)a);
#else
  vf y = a;
  for (int i = 0; i < VW; i++) y[i] = __builtin_sqrtf(a[i]);
  return y;
#endif
}

// Lanes of a and b in turns, from the first half of each or from the second.
template <int from, int... lane>
FT_INLINE vf inTurns(vf a, vf b, std::integer_sequence<int, lane...>) {
#if defined(__clang__)
  return __builtin_shufflevector(a, b, (from + lane / 2 + lane % 2 * VW)...);
#else
  return __builtin_shuffle(a, b, vi{(from + lane / 2 + lane % 2 * VW)...});
#endif
}

// VW × VW words: out[j·outRow + i] = in[i·inRow + j].
static void transpose(const float* in, long inRow, float* out, long outRow) {
  const std::make_integer_sequence<int, VW> lanes;
  vf rows[VW], mixed[VW];
#pragma GCC unroll 16
  for (int i = 0; i < VW; i++) rows[i] = load(in + i * inRow);
#pragma GCC unroll 4
  for (int width = 1; width < VW; width *= 2) {
#pragma GCC unroll 8
    for (int i = 0; i < VW / 2; i++) {
      mixed[2 * i] = inTurns<0>(rows[i], rows[i + VW / 2], lanes);
      mixed[2 * i + 1] = inTurns<VW / 2>(rows[i], rows[i + VW / 2], lanes);
    }
#pragma GCC unroll 16
    for (int i = 0; i < VW; i++) rows[i] = mixed[i];
  }
#pragma GCC unroll 16
  for (int j = 0; j < VW; j++) store(out + j * outRow, rows[j]);
}

// Lanes are summed in one fixed tree.
FT_INLINE float sumLanes(vf x) {
  float a[VW];
  store(a, x);
  for (int width = VW / 2; width > 0; width /= 2)
    for (int i = 0; i < width; i++) a[i] += a[i + width];
  return a[0];
}
FT_INLINE float maxLanes(vf x) {
  float m = x[0];
  for (int i = 1; i < VW; i++) m = x[i] > m ? x[i] : m;
  return m;
}

// e^x to about 1 ulp: x = n·ln 2 + r, polynomial in r (Cephes' coefficients), exponent added. 0 below −87.33, where the
// result would be denormal; NaN stays NaN.
FT_INLINE vf vexp(vf x) {
  const vf lowest = splat(-87.33f), highest = splat(88.37f), shifter = splat(12582912.f);
  vf y = x < lowest ? lowest : x;
  y = y > highest ? highest : y;
  const vf shifted = fma(y, splat(1.44269504f), shifter);
  const vf n = shifted - shifter;
  vf r = fma(n, splat(-0.693359375f), y);
  r = fma(n, splat(2.12194440e-4f), r);
  vf p = splat(1.9875691500e-4f);
  p = fma(p, r, splat(1.3981999507e-3f));
  p = fma(p, r, splat(8.3334519073e-3f));
  p = fma(p, r, splat(4.1665795894e-2f));
  p = fma(p, r, splat(1.6666665459e-1f));
  p = fma(p, r, splat(5.0000001201e-1f));
  p = fma(p, r * r, r) + splat(1.f);
  const vi exponent = ((vi)shifted - (vi)shifter) << 23;
  const vf result = (vf)((vi)p + exponent);
  return x < lowest ? vf{} : result;
}

FT_INLINE long minOf(long a, long b) { return a < b ? a : b; }
FT_INLINE long maxOf(long a, long b) { return a > b ? a : b; }
FT_INLINE long ceilDiv(long a, long b) { return (a + b - 1) / b; }

}  // namespace FINTUNE_ISA
