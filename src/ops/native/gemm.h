// Matrix products of any size, shared among threads by rows and columns of C, never along K.
#pragma once
#include "micro.h"
#include "parallelFor.h"

namespace FINTUNE_ISA {

using fintune::Gemm;

constexpr long KC = 256;      // rows of a panel that stay in the L1 cache while A's tiles pass by
constexpr long MB = 16 * MR;  // rows of A a task takes; MB·KC floats stay in the L2 cache
constexpr long smallWork = 1 << 17;  // multiply-adds below which waking threads costs more than it saves

// One panel: columns [0, columns) of B(k, n), zero-filled to NR.
FT_INLINE void packPanel(const float* b, long bRow, long count, long columns, float* out) {
  for (long k = 0; k < count; k++) {
    const float* row = b + k * bRow;
    if (columns == NR) {
      store(out + k * NR, load(row));
      store(out + k * NR + VW, load(row + VW));
    } else {
      for (long j = 0; j < NR; j++) out[k * NR + j] = j < columns ? row[j] : 0.f;
    }
  }
}

// The same from the transpose: B(k, n) = w[n·wRow + k].
static void packPanelTransposed(const float* w, long wRow, long count, long columns, float* out) {
  for (long k0 = 0; k0 < count; k0 += 16) {
    const long k1 = minOf(count, k0 + 16);
    for (long j = 0; j < NR; j++)
      for (long k = k0; k < k1; k++) out[k * NR + j] = j < columns ? w[j * wRow + k] : 0.f;
  }
}

static void pack(const float* w, long K, long N, bool transposed, float* out) {
  parallelFor(ceilDiv(N, NR), [&](long p) {
    const long columns = minOf(NR, N - p * NR);
    if (transposed) packPanelTransposed(w + p * NR * K, K, K, columns, out + p * K * NR);
    else packPanel(w + p * NR, N, K, columns, out + p * K * NR);
  });
}

// Rows of A as tiles [k][MR], so that the micro-kernel reads one stream.
static void packRows(const float* a, long aRow, long aColumn, long rows, long count, float* out) {
  for (long r0 = 0; r0 + MR <= rows; r0 += MR)
    for (long k = 0; k < count; k++)
      for (int r = 0; r < MR; r++) *out++ = a[(r0 + r) * aRow + k * aColumn];
}

struct Block {
  long row0, row1, panel0, panel1;
};

// The last panel of C may be narrower than NR: it is computed in a buffer whose spare columns are dropped.
static void edgePanel(const Gemm& g, long rows, long columns, long count, const float* a, long ars, long acs,
                      const float* b, float* c, bool accumulate, const float* bias, float alpha) {
  float held[MR * NR], heldBias[NR] = {};
  if (bias) memcpy(heldBias, bias, columns * sizeof(float));
  for (long r = 0; r < rows; r++)
    for (long j = 0; j < NR; j++) held[r * NR + j] = accumulate && j < columns ? c[r * g.cRow + j] : 0.f;
  Rows<MR>::run((int)rows, 1, count, a, ars, acs, b, NR, 0, held, NR, accumulate, {alpha, bias ? heldBias : nullptr});
  for (long r = 0; r < rows; r++) memcpy(c + r * g.cRow, held + r * NR, columns * sizeof(float));
}

static void gemmBlock(const Gemm& g, Block at) {
  const long rows = at.row1 - at.row0, panels = at.panel1 - at.panel0;
  const bool packA = rows >= MR && (panels > 4 || g.aColumn != 1);
  float* tiles = packA ? scratch(fintune::packA, rows * KC) : nullptr;
  float* columns = g.packed ? nullptr : scratch(fintune::packB, panels * KC * NR);
  for (long k0 = 0; k0 < g.K || k0 == 0; k0 += KC) {
    const long count = minOf(KC, g.K - k0);
    const bool last = k0 + KC >= g.K, accumulate = g.accumulate || k0 > 0;
    const float* a = g.a + at.row0 * g.aRow + k0 * g.aColumn;
    if (packA) packRows(a, g.aRow, g.aColumn, rows, count, tiles);
    for (long p = at.panel0; p < at.panel1 && !g.packed; p++)
      packPanel(g.b + k0 * g.bRow + p * NR, g.bRow, count, minOf(NR, g.N - p * NR), columns + (p - at.panel0) * KC * NR);
    const long bps = g.packed ? g.K * NR : KC * NR;
    const float* b0 = g.packed ? g.b + (at.panel0 * g.K + k0) * NR : columns;
    float* c0 = g.c + at.row0 * g.cRow + at.panel0 * NR;
    const Epilogue end = {last ? g.alpha : 1.f, last && g.bias ? g.bias + at.panel0 * NR : nullptr};
    const long whole = at.panel1 * NR > g.N ? panels - 1 : panels;  // panels of full width
    const long packedRows = packA ? rows / MR * MR : 0;
    for (long p = 0; p < whole && packA; p++) {
      Epilogue one = end;
      if (one.bias) one.bias += p * NR;
      for (long r = 0; r < packedRows; r += MR)
        micro<MR, 1>(count, tiles + r * count, 1, MR, b0 + p * bps, NR, 0, c0 + r * g.cRow + p * NR, g.cRow, accumulate,
                     one);
    }
    tile(rows - packedRows, whole, count, a + packedRows * g.aRow, g.aRow, g.aColumn, b0, NR, bps,
         c0 + packedRows * g.cRow, g.cRow, accumulate, end);
    if (whole < panels) {
      for (long r = 0; r < rows; r += MR)
        edgePanel(g, minOf(MR, rows - r), g.N - (at.panel1 - 1) * NR, count, a + r * g.aRow, g.aRow, g.aColumn,
                  b0 + whole * bps, c0 + r * g.cRow + whole * NR, accumulate, end.bias ? end.bias + whole * NR : nullptr,
                  end.alpha);
    }
  }
}

static void gemm(const Gemm& g) {
  const long panels = ceilDiv(g.N, NR), rowBlocks = ceilDiv(g.M, MB);
  if (g.M == 0 || g.N == 0) return;
  if (g.M * g.N * g.K < smallWork) return gemmBlock(g, {0, g.M, 0, panels});
  // Enough pieces for all threads; columns are split only where rows do not suffice. Panels packed on the fly are
  // kept to what the L2 cache holds beside A.
  const long wanted = ceilDiv(4 * fintune::threads(), rowBlocks);
  long width = maxOf(4, ceilDiv(panels, wanted));
  if (!g.packed) width = minOf(width, 256 / NR);
  const long columnBlocks = ceilDiv(panels, width);
  parallelFor(rowBlocks * columnBlocks, [&](long index) {
    const long row = index / columnBlocks * MB, panel = index % columnBlocks * width;
    gemmBlock(g, {row, minOf(g.M, row + MB), panel, minOf(panels, panel + width)});
  });
}

}  // namespace FINTUNE_ISA
