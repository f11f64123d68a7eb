// What attention is computed from, out of a layer's input: its RMSNorm, the projections to q, k and v, and the rotation of
// q and k; and the gradient. A few rows at a time: what comes between stays in the L2 cache.
//
// Each product adds up in the order of k, so that the bits are those of the ops one after the other; but of the gradient,
// the normalised rows' is one sum over the three products that it consists of.
#pragma once
#include "rotary.h"
#include "someRows.h"

namespace FINTUNE_ISA {

using fintune::HeadProjections;
using fintune::HeadGradients;

// Row r of q or k turned by its position (sign −1: back).
FT_INLINE void turnHeads(const HeadProjections& h, long r, const float* x, float sign, long width, float* y) {
  const long at = h.positions[r] * h.halfDim;
  turnRow(x, h.cosine + at, h.sine + at, sign, width, h.halfDim, y);
}

static void projectHeads(const HeadProjections& h, const float* x, float* const y[3]) {
  shareRows(h.rows, unitOf(h.half), [&](long from, long rows) {
    float* normed = scratch(fintune::scores, rows * h.width);
    normRows(x + from * h.width, h.norm, h.eps, rows, h.width, normed);
    const float* left = leftSide(h.half, normed, rows, h.width);
    for (int i = 0; i < 3; i++) {
      const auto& p = h.projections[i];
      float* out = y[i] + from * p.width;
      productOfRows(h.half, rows, p.width, h.width, left, p.panels, out, false, p.bias);
      for (long r = 0; r < rows && p.turns; r++)
        turnHeads(h, from + r, out + r * p.width, 1.f, p.width, out + r * p.width);
    }
  });
}

// From the gradients of q, k and v, and of x by other ways (`more`).
static void projectHeadsGradient(const HeadProjections& h, const float* x, const float* const dy[3], const float* more,
                                 const HeadGradients& to) {
  const long unit = unitOfColumns(h.half), units = ceilDiv(h.rows, unit);
  long floats = h.width;
  for (int i = 0; i < 3; i++) floats += h.projections[i].width;
  float* memory = scratch(fintune::shared, units * floats);
  const UnitSums normSums = unitSums(memory, h.rows, unit, h.width);
  UnitSums biasSums[3];
  float* next = memory + units * h.width;
  for (int i = 0; i < 3; next += units * h.projections[i].width, i++)
    biasSums[i] = unitSums(next, h.rows, unit, h.projections[i].width);

  shareRows(h.rows, unit, [&](long from, long rows) {
    const float* in = x + from * h.width;
    float* normed = h.half ? scratch(fintune::gradients, rows * h.width) : to.normed + from * h.width;
    normRows(in, h.norm, h.eps, rows, h.width, normed);
    if (h.half) packPart(normed, h.width, 0, h.width, from, rows, h.rows, to.normed);
    float* dNormed = scratch(fintune::scores, rows * h.width);
    for (int i = 0; i < 3; i++) {
      const auto& p = h.projections[i];
      const float* d = dy[i] + from * p.width;
      if (p.turns) {
        float* back = h.half ? scratch(fintune::queries, rows * p.width) : to.turnedBack[i] + from * p.width;
        for (long r = 0; r < rows; r++) turnHeads(h, from + r, d + r * p.width, -1.f, p.width, back + r * p.width);
        d = back;
      }
      if (h.half) packColumns(d, p.width, 0, p.width, from, rows, h.rows, to.turnedBack[i]);
      productOfRows(h.half, rows, h.width, p.width, leftSide(h.half, d, rows, p.width), p.panels, dNormed, i > 0);
      for (long r = 0; r < rows && to.bias[i]; r++) addTo(biasSums[i].of(from + r), d + r * p.width, p.width);
    }
    for (long r = 0; r < rows; r++)
      normGradientRow(in + r * h.width, h.norm, dNormed + r * h.width, more + (from + r) * h.width, h.eps, h.width,
                      to.x + (from + r) * h.width, normSums.of(from + r));
  });
  columnSum(normSums.sums, units, h.width, to.norm);
  for (int i = 0; i < 3; i++)
    if (to.bias[i]) columnSum(biasSums[i].sums, units, h.projections[i].width, to.bias[i]);
}

}  // namespace FINTUNE_ISA
