// Llama's MLP and its gradient, a few rows at a time: what comes between its products stays in the L2 cache.
//
// Each product adds up in the order of k, so that the bits are those of the products and swiGlu one after the other; but dx
// is one sum over both products that it consists of. Where operands are bfloat16, so is all that leaves the cache but y and
// dx: gate and up are kept as pairs, and what the weights' gradients are made of is packed for their products at once.
#pragma once
#include "elementwise.h"
#include "gemm.h"

namespace FINTUNE_ISA {

using fintune::GatedMlp;

// C [rows, N] (+)= A [rows, K]·B, on this thread; B in panels.
static void productOfRows(long rows, long N, long K, const float* a, const float* panels, float* c, bool accumulate) {
  gemmBlock({rows, N, K, a, K, 1, panels, true, 0, c, N, accumulate, 1.f, nullptr, false}, {0, rows, 0, ceilDiv(N, NR)});
}
// The same of bfloat16, each row of A as words.
static void productOfWords(long rows, long N, long K, const float* a, const float* panels, float* c, bool accumulate) {
  gemmBlockHalf({rows, N, K, a, wordsOf(K), 1, panels, true, 0, c, N, accumulate, 1.f, nullptr, true, true},
                {0, rows, 0, ceilDiv(N, NR)});
}

// Even shares of the rows in whole units, as a product has them.
template <class Body>
static void shareRows(long rows, long unit, const Body& body) {
  const long units = ceilDiv(rows, unit), shares = minOf(units, rowShares(rows));
  parallelFor(shares, [&](long index) {
    const long from = index * units / shares * unit;
    body(from, minOf(rows, (index + 1) * units / shares * unit) - from);
  });
}

static void gatedMlpFloat(const GatedMlp& m, const float* x, float* gate, float* up, float* y) {
  shareRows(m.rows, MR, [&](long from, long rows) {
    float *g = gate + from * m.inner, *u = up + from * m.inner;
    productOfRows(rows, m.inner, m.width, x + from * m.width, m.gate, g, false);
    productOfRows(rows, m.inner, m.width, x + from * m.width, m.up, u, false);
    float* activated = scratch(fintune::scores, rows * m.inner);
    swiGluPart(g, u, activated, rows * m.inner);
    productOfRows(rows, m.width, m.inner, activated, m.down, y + from * m.width, false);
  });
}

static void gatedMlpHalf(const GatedMlp& m, const float* x, uint32_t* gate, uint32_t* up, float* y) {
  const long keptRow = ceilDiv(m.inner, 2), words = wordsOf(m.inner);
  shareRows(m.rows, tileRows, [&](long from, long rows) {
    float* in = scratch(fintune::packA, rowWords(rows, pairsOf(m.width)));
    packRowsHalf(x + from * m.width, m.width, 1, rows, m.width, in);
    float *g = scratch(fintune::scores, rows * m.inner), *u = scratch(fintune::queries, rows * m.inner);
    productOfWords(rows, m.inner, m.width, in, m.gate, g, false);
    productOfWords(rows, m.inner, m.width, in, m.up, u, false);
    float* activated = scratch(fintune::gradients, rowWords(rows, pairsOf(m.inner)));
    for (long r = 0; r < rows; r++, g += m.inner, u += m.inner) {
      pairRow(g, m.inner, gate + (from + r) * keptRow);
      pairRow(u, m.inner, up + (from + r) * keptRow);
      swiGluPart(g, u, g, m.inner);
      packRowHalf(g, m.inner, words, activated + r * words);
    }
    productOfWords(rows, m.width, m.inner, activated, m.down, y + from * m.width, false);
  });
}

// gate and up: x's products, kept for the gradient; y = (silu(gate)·up)·down.
static void gatedMlp(const GatedMlp& m, const float* x, float* gate, float* up, float* y) {
  if (m.half) gatedMlpHalf(m, x, (uint32_t*)gate, (uint32_t*)up, y);
  else gatedMlpFloat(m, x, gate, up, y);
}

static void gatedMlpGradientFloat(const GatedMlp& m, const float* dy, const float* gate, const float* up, float* dGate,
                                  float* dUp, float* activated, float* dx) {
  shareRows(m.rows, MR, [&](long from, long rows) {
    const long at = from * m.inner;
    float* dActivated = scratch(fintune::scores, rows * m.inner);
    productOfRows(rows, m.inner, m.width, dy + from * m.width, m.down, dActivated, false);
    swiGluGradientPart(gate + at, up + at, dActivated, dGate + at, dUp + at, activated + at, rows * m.inner);
    if (!dx) return;
    productOfRows(rows, m.width, m.inner, dGate + at, m.gate, dx + from * m.width, false);
    productOfRows(rows, m.width, m.inner, dUp + at, m.up, dx + from * m.width, true);
  });
}

// Some columns of some rows, in the L1 cache: whole tiles and panels, whole pairs.
constexpr long blockRows = pairStep > 4 ? 2 * pairStep : 8, blockColumns = 192;

static void gatedMlpGradientHalf(const GatedMlp& m, const float* dy, const uint32_t* gate, const uint32_t* up,
                                 float* dGate, float* dUp, uint32_t* activated, float* dx) {
  const long keptRow = ceilDiv(m.inner, 2), words = wordsOf(m.inner), columnWords = wordsOf(m.rows);
  const long stride = pairsOf(m.rows) * NR, pairColumn = columnsOfWords(dGate, columnWords).column * wordsOfPair;
  shareRows(m.rows, maxOf(tileRows, blockRows), [&](long from, long rows) {
    float* dActivated = scratch(fintune::scores, rows * m.inner);
    float* in = scratch(fintune::packA, rowWords(rows, pairsOf(m.width)));
    packRowsHalf(dy + from * m.width, m.width, 1, rows, m.width, in);
    productOfWords(rows, m.inner, m.width, in, m.down, dActivated, false);
    const long size = rowWords(rows, pairsOf(m.inner)), block = blockRows * blockColumns;
    float *gRows = scratch(fintune::queries, 2 * size), *uRows = gRows + size;
    float *g = scratch(fintune::gradients, 3 * block), *u = g + block, *y = u + block;
    for (long c = 0; c < m.inner; c += blockColumns)
      for (long r0 = 0; r0 < rows; r0 += blockRows) {
        const long columns = minOf(blockColumns, m.inner - c), some = minOf(blockRows, rows - r0);
        const long rowWord = c / 2 * wordsOfPair, pair = (from + r0) / 2;
        const long here = c + columns < m.inner ? columns / 2 * wordsOfPair : words - rowWord;
        for (long r = 0; r < some; r++) {
          float *gr = g + r * blockColumns, *ur = u + r * blockColumns;
          const long kept = (from + r0 + r) * keptRow + c / 2, row = (r0 + r) * words + rowWord;
          unpairRow(gate + kept, columns, gr);
          unpairRow(up + kept, columns, ur);
          swiGluGradientPart(gr, ur, dActivated + (r0 + r) * m.inner + c, gr, ur, y + r * blockColumns, columns);
          packRowHalf(gr, columns, here, gRows + row);
          packRowHalf(ur, columns, here, uRows + row);
        }
        const long column = c * columnWords + pair * pairColumn;
        packRowsHalf(g, 1, blockColumns, columns, some, dGate + column, columnWords);
        packRowsHalf(u, 1, blockColumns, columns, some, dUp + column, columnWords);
        packPanelsHalf(y, blockColumns, some, columns, activated + c / NR * stride + pair * NR, stride);
      }
    if (!dx) return;
    productOfWords(rows, m.width, m.inner, gRows, m.gate, dx + from * m.width, false);
    productOfWords(rows, m.width, m.inner, uRows, m.up, dx + from * m.width, true);
  });
}

// From dy: dGate and dUp (of floats they may take the place of gate and up), their product `activated` once more, and dx
// where it is wanted (not null) = dGate·gate + dUp·up. Panels: of the weights as they are, for products with gradients.
static void gatedMlpGradient(const GatedMlp& m, const float* dy, const float* gate, const float* up, float* dGate,
                             float* dUp, float* activated, float* dx) {
  if (m.half)
    gatedMlpGradientHalf(m, dy, (const uint32_t*)gate, (const uint32_t*)up, dGate, dUp, (uint32_t*)activated, dx);
  else
    gatedMlpGradientFloat(m, dy, gate, up, dGate, dUp, activated, dx);
}

}  // namespace FINTUNE_ISA
