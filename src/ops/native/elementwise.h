// Element by element. A tail shorter than a vector runs through the same vector arithmetic, so that an element's bits do
// not depend on where in the array it stands.
#pragma once
#include "parallelFor.h"

namespace FINTUNE_ISA {

constexpr long piece = 1 << 13;

template <class Body>
static void map1(const float* a, float* y, long n, const Body& body) {
  parallelRange(n, piece, [&](long from, long to) {
    for (long i = from; i < to; i += VW) storeUpTo(y + i, body(loadUpTo(a + i, to - i)), to - i);
  });
}

template <class Body>
static void map2(const float* a, const float* b, float* y, long n, const Body& body) {
  parallelRange(n, piece, [&](long from, long to) {
    for (long i = from; i < to; i += VW)
      storeUpTo(y + i, body(loadUpTo(a + i, to - i), loadUpTo(b + i, to - i)), to - i);
  });
}

static void add(const float* a, const float* b, float* y, long n) {
  map2(a, b, y, n, [](vf x, vf z) { return x + z; });
}
static void multiply(const float* a, const float* b, float* y, long n) {
  map2(a, b, y, n, [](vf x, vf z) { return x * z; });
}
static void scale(const float* a, float by, float* y, long n) {
  map1(a, y, n, [by](vf x) { return x * splat(by); });
}
static void expAll(const float* x, float* y, long n) { map1(x, y, n, [](vf z) { return vexp(z); }); }

FT_INLINE vf sigmoid(vf x) { return splat(1.f) / (splat(1.f) + vexp(-x)); }

static void swiGluPart(const float* gate, const float* up, float* y, long n) {
  for (long i = 0; i < n; i += VW) {
    const vf g = loadUpTo(gate + i, n - i);
    storeUpTo(y + i, g * sigmoid(g) * loadUpTo(up + i, n - i), n - i);
  }
}
static void swiGlu(const float* gate, const float* up, float* y, long n) {
  parallelRange(n, piece, [&](long from, long to) { swiGluPart(gate + from, up + from, y + from, to - from); });
}

// d silu(g)/dg = s·(1 + g·(1 − s)), s = sigmoid(g). Results may take the place of what they are made from.
// y: silu(g)·u once more, or null.
static void swiGluGradientPart(const float* gate, const float* up, const float* dy, float* dGate, float* dUp, float* y,
                               long n) {
  for (long i = 0; i < n; i += VW) {
    const long some = n - i;
    const vf g = loadUpTo(gate + i, some), u = loadUpTo(up + i, some), d = loadUpTo(dy + i, some);
    const vf s = sigmoid(g);
    storeUpTo(dGate + i, d * u * (s * (splat(1.f) + g * (splat(1.f) - s))), some);
    storeUpTo(dUp + i, d * (g * s), some);
    if (y) storeUpTo(y + i, g * s * u, some);
  }
}
static void swiGluGradient(const float* gate, const float* up, const float* dy, float* dGate, float* dUp, long n) {
  parallelRange(n, piece, [&](long from, long to) {
    swiGluGradientPart(gate + from, up + from, dy + from, dGate + from, dUp + from, nullptr, to - from);
  });
}

// y[j] = Σ_r x[r, j], rows in order
static void columnSum(const float* x, long rows, long width, float* y) {
  parallelRange(width, 4 * VW, [&](long from, long to) {
    for (long j = from; j < to; j++) y[j] = 0.f;
    for (long r = 0; r < rows; r++)
      for (long j = from; j < to; j++) y[j] += x[r * width + j];
  });
}

// Rows of x in the order asked for.
static void gatherRows(const float* x, const int32_t* rows, long count, long width, float* y) {
  for (long i = 0; i < count; i++) memcpy(y + i * width, x + rows[i] * width, width * sizeof(float));
}

// dx[rows[i]] += dy[i], in the order of i; shared by columns so that no two threads meet on a row.
static void scatterRows(const float* dy, const int32_t* rows, long count, long width, float* dx) {
  parallelRange(width, maxOf(64, ceilDiv(width, fintune::threads())), [&](long from, long to) {
    for (long i = 0; i < count; i++) {
      float* out = dx + rows[i] * width;
      for (long j = from; j < to; j++) out[j] += dy[i * width + j];
    }
  });
}

}  // namespace FINTUNE_ISA
