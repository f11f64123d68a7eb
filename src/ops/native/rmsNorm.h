// y = x / sqrt(mean(x²) + eps) · weight, a row at a time.
#pragma once
#include "elementwise.h"

namespace FINTUNE_ISA {

// Σ a·b over a row, in vector lanes, then the lanes.
FT_INLINE float dotRow(const float* a, const float* b, long width) {
  vf sum = {};
  for (long j = 0; j < width; j += VW) sum = fma(loadUpTo(a + j, width - j), loadUpTo(b + j, width - j), sum);
  return sumLanes(sum);
}

FT_INLINE float inverseRms(const float* x, long width, float eps) {
  return 1.f / __builtin_sqrtf(dotRow(x, x, width) / (float)width + eps);
}

FT_INLINE void normRow(const float* x, const float* weight, float eps, long width, float* y) {
  const vf inverse = splat(inverseRms(x, width, eps));
  for (long j = 0; j < width; j += VW)
    storeUpTo(y + j, loadUpTo(x + j, width - j) * inverse * loadUpTo(weight + j, width - j), width - j);
}

// With s = 1/rms and g = dy·weight: dx = more + s·(g − x·s²·mean(g·x)); dWeight += dy·x·s. `more`: what else reaches x, or
// null.
FT_INLINE void normGradientRow(const float* x, const float* weight, const float* dy, const float* more, float eps,
                               long width, float* dx, float* dWeight) {
  const float inverse = inverseRms(x, width, eps);
  vf sum = {};
  for (long j = 0; j < width; j += VW) {
    const long left = width - j;
    sum = fma(loadUpTo(dy + j, left) * loadUpTo(weight + j, left), loadUpTo(x + j, left), sum);
  }
  const vf pull = splat(inverse * inverse * sumLanes(sum) / (float)width), s = splat(inverse);
  for (long j = 0; j < width; j += VW) {
    const long left = width - j;
    const vf row = loadUpTo(x + j, left), d = loadUpTo(dy + j, left);
    const vf here = s * (d * loadUpTo(weight + j, left) - row * pull);
    storeUpTo(dWeight + j, loadUpTo(dWeight + j, left) + d * (row * s), left);
    storeUpTo(dx + j, more ? loadUpTo(more + j, left) + here : here, left);
  }
}

constexpr long normRowsAtOnce = 32;

static void rmsNorm(const float* x, const float* weight, float eps, long rows, long width, float* y) {
  parallelRange(rows, normRowsAtOnce, [&](long from, long to) {
    for (long r = from; r < to; r++) normRow(x + r * width, weight, eps, width, y + r * width);
  });
}

// dWeight: of each few rows their own sum, and those in order.
static void rmsNormGradient(const float* x, const float* weight, const float* dy, float eps, long rows, long width,
                            float* dx, float* dWeight) {
  const long parts = ceilDiv(rows, normRowsAtOnce);
  float* sums = scratch(fintune::shared, parts * width);
  parallelRange(rows, normRowsAtOnce, [&](long from, long to) {
    float* sum = sums + from / normRowsAtOnce * width;
    memset(sum, 0, width * sizeof(float));
    for (long r = from; r < to; r++)
      normGradientRow(x + r * width, weight, dy + r * width, nullptr, eps, width, dx + r * width, sum);
  });
  columnSum(sums, parts, width, dWeight);
}

}  // namespace FINTUNE_ISA
