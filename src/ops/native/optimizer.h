// AdamW in place (torch's arithmetic), and the gradient's norm.
#pragma once
#include "elementwise.h"

namespace FINTUNE_ISA {

static void adamW(float* value, const float* gradient, float* m, float* v, long n, const fintune::Adam& o) {
  parallelRange(n, piece, [&](long from, long to) {
    for (long i = from; i < to; i += VW) {
      const long left = to - i;
      const vf g = loadUpTo(gradient + i, left) * splat(o.clipScale);
      const vf mean = splat(o.beta1) * loadUpTo(m + i, left) + splat(o.rest1) * g;
      const vf square = splat(o.beta2) * loadUpTo(v + i, left) + splat(o.rest2) * g * g;
      const vf denominator = vsqrt(square) * splat(o.correction2) + splat(o.epsilon);
      storeUpTo(m + i, mean, left);
      storeUpTo(v + i, square, left);
      storeUpTo(value + i, loadUpTo(value + i, left) * splat(o.decay) - splat(o.correction1) * (mean / denominator),
                left);
    }
  });
}

// In float64: each piece summed in order, then the pieces, whoever computed them.
static double sumOfSquares(const float* x, long n) {
  const long pieces = ceilDiv(n, piece);
  double* sums = (double*)scratch(fintune::shared, 2 * pieces + 2);
  parallelRange(n, piece, [&](long from, long to) {
    double lanes[8] = {};
    long i = from;
    for (; i + 8 <= to; i += 8)
      for (int l = 0; l < 8; l++) lanes[l] += (double)x[i + l] * x[i + l];
    for (; i < to; i++) lanes[0] += (double)x[i] * x[i];
    double sum = 0;
    for (double lane : lanes) sum += lane;
    sums[from / piece] = sum;
  });
  double sum = 0;
  for (long p = 0; p < pieces; p++) sum += sums[p];
  return sum;
}

}  // namespace FINTUNE_ISA
