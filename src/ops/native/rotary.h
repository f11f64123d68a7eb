// Rotary position embedding, Llama's arrangement: elements i and i + half of a head are a pair.
#pragma once
#include "parallelFor.h"

namespace FINTUNE_ISA {

// One row of heads of 2·half, by its position's row of the tables; y may be x.
FT_INLINE void turnRow(const float* x, const float* cosine, const float* sine, float sign, long width, long half, float* y) {
  for (long head = 0; head < width; head += 2 * half)
    for (long i = 0; i < half; i += VW) {
      const long left = half - i;
      const vf a = loadUpTo(x + head + i, left), b = loadUpTo(x + head + half + i, left);
      const vf c = loadUpTo(cosine + i, left), s = loadUpTo(sine + i, left) * splat(sign);
      storeUpTo(y + head + i, a * c - b * s, left);
      storeUpTo(y + head + half + i, b * c + a * s, left);
    }
}

static void rotary(const float* x, const int32_t* positions, const float* cosine, const float* sine, float sign,
                   long rows, long width, long half, float* y) {
  parallelRange(rows, 64, [&](long from, long to) {
    for (long r = from; r < to; r++)
      turnRow(x + r * width, cosine + positions[r] * half, sine + positions[r] * half, sign, width, half, y + r * width);
  });
}

}  // namespace FINTUNE_ISA
