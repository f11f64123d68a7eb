// Rotary position embedding, Llama's arrangement: elements i and i + half of a head are a pair.
#pragma once
#include "parallelFor.h"

namespace FINTUNE_ISA {

static void rotary(const float* x, const int32_t* positions, const float* cosine, const float* sine, float sign,
                   long rows, long width, long half, float* y) {
  parallelRange(rows, 64, [&](long from, long to) {
    for (long r = from; r < to; r++) {
      const float *c = cosine + positions[r] * half, *s = sine + positions[r] * half;
      for (long head = 0; head < width; head += 2 * half) {
        const float *first = x + r * width + head, *second = first + half;
        float* out = y + r * width + head;
        for (long i = 0; i < half; i += VW) {
          const long left = half - i;
          const vf a = loadUpTo(first + i, left), b = loadUpTo(second + i, left);
          const vf cv = loadUpTo(c + i, left), sv = loadUpTo(s + i, left) * splat(sign);
          storeUpTo(out + i, a * cv - b * sv, left);
          storeUpTo(out + half + i, b * cv + a * sv, left);
        }
      }
    }
  });
}

}  // namespace FINTUNE_ISA
