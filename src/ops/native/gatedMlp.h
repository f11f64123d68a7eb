// Llama's MLP and its gradient, a few rows at a time: what comes between its products stays in the L2 cache.
//
// Each product adds up in the order of k, so that the bits are those of the products and swiGlu one after the other; but dx
// is one sum over both products that it consists of.
#pragma once
#include "elementwise.h"
#include "gemm.h"

namespace FINTUNE_ISA {

using fintune::GatedMlp;

// C [rows, N] (+)= A [rows, K]·B, on this thread; B in panels.
static void productOfRows(long rows, long N, long K, const float* a, const float* panels, float* c, bool accumulate,
                          bool half) {
  const Gemm g = {rows, N, K, a, K, 1, panels, true, 0, c, N, accumulate, 1.f, nullptr, half};
  (half ? gemmBlockHalf : gemmBlock)(g, {0, rows, 0, ceilDiv(N, NR)});
}

// Even shares of the rows, as a product has them.
template <class Body>
static void shareRows(long rows, bool half, const Body& body) {
  const long unit = unitOf(half), units = ceilDiv(rows, unit), shares = minOf(units, rowShares(rows));
  parallelFor(shares, [&](long index) {
    const long from = index * units / shares * unit;
    body(from, minOf(rows, (index + 1) * units / shares * unit) - from);
  });
}

// gate and up: x's products, kept for the gradient; y = (silu(gate)·up)·down.
static void gatedMlp(const GatedMlp& m, const float* x, float* gate, float* up, float* y) {
  shareRows(m.rows, m.half, [&](long from, long rows) {
    float *g = gate + from * m.inner, *u = up + from * m.inner;
    productOfRows(rows, m.inner, m.width, x + from * m.width, m.gate, g, false, m.half);
    productOfRows(rows, m.inner, m.width, x + from * m.width, m.up, u, false, m.half);
    float* activated = scratch(fintune::scores, rows * m.inner);
    swiGluPart(g, u, activated, rows * m.inner);
    productOfRows(rows, m.width, m.inner, activated, m.down, y + from * m.width, false, m.half);
  });
}

// From dy: dGate and dUp in the place of gate and up, their product `activated` once more, and dx where it is wanted (not
// null) = dGate·gate + dUp·up. Panels: of the weights as they are, for products with gradients.
static void gatedMlpGradient(const GatedMlp& m, const float* dy, float* gate, float* up, float* activated, float* dx) {
  shareRows(m.rows, m.half, [&](long from, long rows) {
    float *g = gate + from * m.inner, *u = up + from * m.inner;
    float* dActivated = scratch(fintune::scores, rows * m.inner);
    productOfRows(rows, m.inner, m.width, dy + from * m.width, m.down, dActivated, false, m.half);
    swiGluGradientPart(g, u, dActivated, g, u, activated + from * m.inner, rows * m.inner);
    if (!dx) return;
    productOfRows(rows, m.width, m.inner, g, m.gate, dx + from * m.width, false, m.half);
    productOfRows(rows, m.width, m.inner, u, m.up, dx + from * m.width, true, m.half);
  });
}

}  // namespace FINTUNE_ISA
