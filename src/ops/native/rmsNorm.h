// y = x / sqrt(mean(x²) + eps) · weight, a row at a time.
#pragma once
#include "parallelFor.h"

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

constexpr long normRows = 32;

static void rmsNorm(const float* x, const float* weight, float eps, long rows, long width, float* y) {
  parallelRange(rows, normRows, [&](long from, long to) {
    for (long r = from; r < to; r++) {
      const float* row = x + r * width;
      const vf inverse = splat(inverseRms(row, width, eps));
      for (long j = 0; j < width; j += VW)
        storeUpTo(y + r * width + j, loadUpTo(row + j, width - j) * inverse * loadUpTo(weight + j, width - j), width - j);
    }
  });
}

// With s = 1/rms and g = dy·weight: dx = s·(g − x·s²·mean(g·x)); dWeight = Σ_rows dy·x·s, rows in order.
static void rmsNormGradient(const float* x, const float* weight, const float* dy, float eps, long rows, long width,
                            float* dx, float* dWeight) {
  float* inverses = scratch(fintune::shared, rows);
  parallelRange(rows, normRows, [&](long from, long to) {
    for (long r = from; r < to; r++) {
      const float *row = x + r * width, *d = dy + r * width;
      const float inverse = inverses[r] = inverseRms(row, width, eps);
      vf sum = {};
      for (long j = 0; j < width; j += VW) {
        const long left = width - j;
        sum = fma(loadUpTo(d + j, left) * loadUpTo(weight + j, left), loadUpTo(row + j, left), sum);
      }
      const vf pull = splat(inverse * inverse * sumLanes(sum) / (float)width), s = splat(inverse);
      for (long j = 0; j < width; j += VW) {
        const long left = width - j;
        const vf g = loadUpTo(d + j, left) * loadUpTo(weight + j, left);
        storeUpTo(dx + r * width + j, s * (g - loadUpTo(row + j, left) * pull), left);
      }
    }
  });
  parallelRange(width, 4 * VW, [&](long from, long to) {
    for (long j = from; j < to; j++) dWeight[j] = 0.f;
    for (long r = 0; r < rows; r++)
      for (long j = from; j < to; j++) dWeight[j] += dy[r * width + j] * (x[r * width + j] * inverses[r]);
  });
}

}  // namespace FINTUNE_ISA
