// A layer's MLP with its norm and its residual, and its gradient, a few rows at a time: what comes between its products stays
// in the L2 cache.
//
// Each product adds up in the order of k, so that the bits are those of the ops one after the other; but the normalised
// rows' gradient is one sum over both products that it consists of. Where operands are bfloat16, so is all that leaves the
// cache but y and dx: gate and up are kept as pairs, and what the weights' gradients are made of is packed for their products
// at once.
#pragma once
#include "someRows.h"

namespace FINTUNE_ISA {

using fintune::MlpBlock;
using fintune::MlpGradients;

static void mlpBlockFloat(const MlpBlock& m, const float* x, float* gate, float* up, float* y) {
  shareRows(m.rows, MR, [&](long from, long rows) {
    const float* in = x + from * m.width;
    float *g = gate + from * m.inner, *u = up + from * m.inner, *out = y + from * m.width;
    float* normed = scratch(fintune::queries, rows * m.width);
    normRows(in, m.norm, m.eps, rows, m.width, normed);
    productOfRows(false, rows, m.inner, m.width, normed, m.gate, g, false);
    productOfRows(false, rows, m.inner, m.width, normed, m.up, u, false);
    float* activated = scratch(fintune::scores, rows * m.inner);
    swiGluPart(g, u, activated, rows * m.inner);
    productOfRows(false, rows, m.width, m.inner, activated, m.down, out, false);
    addTo(out, in, rows * m.width);
  });
}

static void mlpBlockHalf(const MlpBlock& m, const float* x, uint32_t* gate, uint32_t* up, float* y) {
  const long keptRow = ceilDiv(m.inner, 2), words = wordsOf(m.inner);
  shareRows(m.rows, tileRows, [&](long from, long rows) {
    const float* in = x + from * m.width;
    float *g = scratch(fintune::scores, rows * maxOf(m.inner, m.width)), *u = scratch(fintune::queries, rows * m.inner);
    normRows(in, m.norm, m.eps, rows, m.width, g);
    const float* normed = leftSide(true, g, rows, m.width);
    productOfRows(true, rows, m.inner, m.width, normed, m.gate, g, false);
    productOfRows(true, rows, m.inner, m.width, normed, m.up, u, false);
    float* activated = scratch(fintune::gradients, rowWords(rows, pairsOf(m.inner)));
    for (long r = 0; r < rows; r++, g += m.inner, u += m.inner) {
      pairRow(g, m.inner, gate + (from + r) * keptRow);
      pairRow(u, m.inner, up + (from + r) * keptRow);
      swiGluPart(g, u, g, m.inner);
      packRowHalf(g, m.inner, words, activated + r * words);
    }
    float* out = y + from * m.width;
    productOfRows(true, rows, m.width, m.inner, activated, m.down, out, false);
    addTo(out, in, rows * m.width);
  });
}

// gate and up: the normalised x's products, kept for the gradient; y = x + (silu(gate)·up)·down.
static void mlpBlock(const MlpBlock& m, const float* x, float* gate, float* up, float* y) {
  if (m.half) mlpBlockHalf(m, x, (uint32_t*)gate, (uint32_t*)up, y);
  else mlpBlockFloat(m, x, gate, up, y);
}

// Of rows whose dGate and dUp are A's: dx = dy + the norm's gradient of dGate·gate + dUp·up.
static void mlpInputGradient(const MlpBlock& m, long from, long rows, const float* x, const float* dy, const float* dGate,
                             const float* dUp, const UnitSums& norms, float* dx) {
  float* dNormed = scratch(fintune::scores, rows * maxOf(m.inner, m.width));
  productOfRows(m.half, rows, m.width, m.inner, dGate, m.gate, dNormed, false);
  productOfRows(m.half, rows, m.width, m.inner, dUp, m.up, dNormed, true);
  for (long r = 0; r < rows; r++) {
    const long at = (from + r) * m.width;
    normGradientRow(x + at, m.norm, dNormed + r * m.width, dy + at, m.eps, m.width, dx + at, norms.of(from + r));
  }
}

static void mlpBlockGradientFloat(const MlpBlock& m, const float* x, const float* dy, const float* gate, const float* up,
                                  const MlpGradients& to, const UnitSums& norms) {
  shareRows(m.rows, norms.unit, [&](long from, long rows) {
    const long at = from * m.inner;
    float *dGate = to.gate + at, *dUp = to.up + at;
    normRows(x + from * m.width, m.norm, m.eps, rows, m.width, to.normed + from * m.width);
    float* dActivated = scratch(fintune::scores, rows * maxOf(m.inner, m.width));
    productOfRows(false, rows, m.inner, m.width, dy + from * m.width, m.down, dActivated, false);
    swiGluGradientPart(gate + at, up + at, dActivated, dGate, dUp, to.activated + at, rows * m.inner);
    mlpInputGradient(m, from, rows, x, dy, dGate, dUp, norms, to.x);
  });
}

// Some columns of some rows, in the L1 cache: whole tiles and panels, whole pairs.
constexpr long blockRows = pairStep > 4 ? 2 * pairStep : 8, blockColumns = 192;

static void mlpBlockGradientHalf(const MlpBlock& m, const float* x, const float* dy, const uint32_t* gate,
                                 const uint32_t* up, const MlpGradients& to, const UnitSums& norms) {
  const long keptRow = ceilDiv(m.inner, 2), words = wordsOf(m.inner);
  shareRows(m.rows, norms.unit, [&](long from, long rows) {
    float* dActivated = scratch(fintune::scores, rows * maxOf(m.inner, m.width));
    normRows(x + from * m.width, m.norm, m.eps, rows, m.width, dActivated);
    packPart(dActivated, m.width, 0, m.width, from, rows, m.rows, to.normed);
    productOfRows(true, rows, m.inner, m.width, leftSide(true, dy + from * m.width, rows, m.width), m.down, dActivated, false);
    const long size = rowWords(rows, pairsOf(m.inner)), block = blockRows * blockColumns;
    float *gRows = scratch(fintune::queries, 2 * size), *uRows = gRows + size;
    float *g = scratch(fintune::gradients, 3 * block), *u = g + block, *y = u + block;
    for (long c = 0; c < m.inner; c += blockColumns)
      for (long r0 = 0; r0 < rows; r0 += blockRows) {
        const long columns = minOf(blockColumns, m.inner - c), some = minOf(blockRows, rows - r0);
        const long rowWord = c / 2 * wordsOfPair;
        const long here = c + columns < m.inner ? columns / 2 * wordsOfPair : words - rowWord;
        fetchColumns(c, columns, from + r0, some, m.rows, to.gate);
        fetchColumns(c, columns, from + r0, some, m.rows, to.up);
        fetchPart(c, columns, from + r0, some, m.rows, to.activated);
        for (long r = 0; r < some; r++) {
          float *gr = g + r * blockColumns, *ur = u + r * blockColumns;
          const long kept = (from + r0 + r) * keptRow + c / 2, row = (r0 + r) * words + rowWord;
          unpairRow(gate + kept, columns, gr);
          unpairRow(up + kept, columns, ur);
          swiGluGradientPart(gr, ur, dActivated + (r0 + r) * m.inner + c, gr, ur, y + r * blockColumns, columns);
          packRowHalf(gr, columns, here, gRows + row);
          packRowHalf(ur, columns, here, uRows + row);
        }
        packColumns(g, blockColumns, c, columns, from + r0, some, m.rows, to.gate);
        packColumns(u, blockColumns, c, columns, from + r0, some, m.rows, to.up);
        packPart(y, blockColumns, c, columns, from + r0, some, m.rows, to.activated);
      }
    mlpInputGradient(m, from, rows, x, dy, gRows, uRows, norms, to.x);
  });
}

// Panels: of the weights as they are, for products with gradients. Of floats, to.gate and to.up may take the place of gate
// and up.
static void mlpBlockGradient(const MlpBlock& m, const float* x, const float* dy, const float* gate, const float* up,
                             const MlpGradients& to) {
  const long unit = unitOfColumns(m.half), units = ceilDiv(m.rows, unit);
  const UnitSums norms = unitSums(scratch(fintune::shared, units * m.width), m.rows, unit, m.width);
  if (m.half) mlpBlockGradientHalf(m, x, dy, (const uint32_t*)gate, (const uint32_t*)up, to, norms);
  else mlpBlockGradientFloat(m, x, dy, gate, up, to, norms);
  columnSum(norms.sums, units, m.width, to.norm);
}

}  // namespace FINTUNE_ISA
