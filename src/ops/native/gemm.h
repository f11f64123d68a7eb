// Matrix products of any size, shared among threads by rows and columns of C, never along K.
#pragma once
#include "half.h"
#include "parallelFor.h"

namespace FINTUNE_ISA {

using fintune::Gemm;

constexpr long mostK = 640;  // rows of a panel that pass by in one go: more would crowd A's tiles out of the L2 cache
// Parts of K as even as can be: the last would else cost as much reading and writing of C for less work.
FT_INLINE long partOfK(long K) { return maxOf(1, ceilDiv(K, maxOf(1, ceilDiv(K, mostK)))); }
// The same of bfloat16, in whole steps of AMX: as many bytes, where A is kept as pairs.
FT_INLINE long partOfKHalf(long K) {
  const long most = mostK * 2 / wordsOfPair, step = 2 * pairStep;
  return maxOf(step, ceilDiv(ceilDiv(K, maxOf(1, ceilDiv(K, most))), step) * step);
}
constexpr long MB = 16 * MR;  // rows of A a task takes; MB·mostK floats stay in the L2 cache
constexpr long few = 16;
constexpr long fewRows = 4 * MR;  // of a block: below, a panel is read for too little work
constexpr long smallWork = 1 << 17;  // multiply-adds below which waking threads costs more than it saves

// Panels of B(k, n) = b[k·bRow + n], `stride` floats apart: a few rows at a time, as memory is best read.
static void packPanels(const float* b, long bRow, long count, long columns, float* out, long stride) {
  const long whole = columns / NR;
  for (long k0 = 0; k0 < count; k0 += few)
    for (long p = 0; p < whole; p++)
      for (long k = k0; k < minOf(count, k0 + few); k++) {
        store(out + p * stride + k * NR, load(b + k * bRow + p * NR));
        store(out + p * stride + k * NR + VW, load(b + k * bRow + p * NR + VW));
      }
  if (whole * NR == columns) return;
  for (long k = 0; k < count; k++)
    for (long j = 0; j < NR; j++)
      out[whole * stride + k * NR + j] = whole * NR + j < columns ? b[k * bRow + whole * NR + j] : 0.f;
}

// One panel from the transpose: B(k, n) = w[n·wRow + k], zero-filled to NR columns.
static void packPanelTransposed(const float* w, long wRow, long count, long columns, float* out) {
  const long whole = columns == NR ? count / VW * VW : 0;
  for (long k = 0; k < whole; k += VW)
    for (long j = 0; j < NR; j += VW) transpose(w + j * wRow + k, wRow, out + k * NR + j, NR);
  for (long k = whole; k < count; k++)
    for (long j = 0; j < NR; j++) out[k * NR + j] = j < columns ? w[j * wRow + k] : 0.f;
}

static void pack(const float* w, long K, long N, bool transposed, bool half, float* out) {
  const long panels = ceilDiv(N, NR), some = maxOf(1, minOf(8, panels / fintune::threads()));
  if (half) {
    const long stride = pairsOf(K) * NR;
    return parallelRange(panels, some, [&](long from, long to) {
      uint32_t* at = (uint32_t*)out + from * stride;
      if (!transposed) return packPanelsHalf(w + from * NR, N, K, minOf(to * NR, N) - from * NR, at, stride);
      for (long p = from; p < to; p++, at += stride)
        packPanelTransposedHalf(w + p * NR * K, K, K, minOf(NR, N - p * NR), at);
    });
  }
  parallelRange(panels, some, [&](long from, long to) {
    if (!transposed) return packPanels(w + from * NR, N, K, minOf(to * NR, N) - from * NR, out + from * K * NR, K * NR);
    for (long p = from; p < to; p++)
      packPanelTransposed(w + p * NR * K, K, K, minOf(NR, N - p * NR), out + p * K * NR);
  });
}

// Rows of A as tiles [k][MR] (the last may be of fewer rows, spare places 0), so that the micro-kernel reads one stream.
static void packRows(const float* a, long aRow, long aColumn, long rows, long count, float* out) {
  for (long r0 = 0; r0 < rows; r0 += MR) {
    const long here = minOf(MR, rows - r0);
    const float* from = a + r0 * aRow;
    for (long k = 0; k < count; k++)
      for (long r = 0; r < MR; r++) *out++ = r < here ? from[r * aRow + k * aColumn] : 0.f;
  }
}

// The same where rows of A lie side by side (A is the transpose of a matrix): a few k at a time.
static void packRowsTransposed(const float* a, long aColumn, long rows, long count, float* out) {
  const long whole = rows / MR * MR;
  for (long k0 = 0; k0 < count; k0 += few)
    for (long r = 0; r < whole; r += MR)
      for (long k = k0; k < minOf(count, k0 + few); k++)
        memcpy(out + r * count + k * MR, a + k * aColumn + r, MR * sizeof(float));
  packRows(a + whole, 1, aColumn, rows - whole, count, out + whole * count);
}

struct Block {
  long row0, row1, panel0, panel1;
};

// The last panel of C may be narrower than NR: it is computed in a buffer whose spare columns are dropped.
static void edgePanel(const RowTiles& rows, long count, long k, const float* b, long columns, float* c, long cRow,
                      bool accumulate, Epilogue end) {
  float held[MR * NR], heldBias[NR] = {};
  if (end.bias) {
    memcpy(heldBias, end.bias, columns * sizeof(float));
    end.bias = heldBias;
  }
  for (long first = 0; first < count; first += MR) {
    const long here = minOf(MR, count - first);
    for (long r = 0; r < here; r++)
      for (long j = 0; j < NR; j++) held[r * NR + j] = accumulate && j < columns ? c[(first + r) * cRow + j] : 0.f;
    Rows<MR>::run((int)here, 1, k, rows.a + first / MR * rows.tile, rows.row, rows.column, b, NR, 0, held, NR,
                  accumulate, end);
    for (long r = 0; r < here; r++) memcpy(c + (first + r) * cRow, held + r * NR, columns * sizeof(float));
  }
}

// C's rows and panels of `at`, B packed. A panel of C takes as many parts of K as leave A's rows in the L2 cache before
// the next panel's turn, so that C is seldom read and written.
static void gemmBlock(const Gemm& g, Block at) {
  const long rows = at.row1 - at.row0, panels = at.panel1 - at.panel0;
  const bool edge = at.panel1 * NR > g.N;
  const long whole = edge ? panels - 1 : panels;
  const float* bias = g.bias ? g.bias + at.panel0 * NR : nullptr;
  const float* b = g.b + at.panel0 * g.K * NR;
  float* c = g.c + at.row0 * g.cRow + at.panel0 * NR;
  const long part = rows < MR ? maxOf(1, g.K) : partOfK(g.K), most = part * maxOf(1, MB * mostK / (rows * part));
  const bool packA = g.aColumn != 1 && panels > 1;
  float* tiles = packA ? scratch(fintune::packA, (rows + MR) * minOf(g.K, most)) : nullptr;
  for (long k1 = 0; (k1 < g.K || k1 == 0) && !fintune::cancelled(); k1 += most) {
    const long near = minOf(most, g.K - k1);
    RowTiles from = {g.a + at.row0 * g.aRow + k1 * g.aColumn, g.aRow, g.aColumn, MR * g.aRow};
    if (packA) {
      if (g.aRow == 1) packRowsTransposed(from.a, g.aColumn, rows, near, tiles);
      else packRows(from.a, g.aRow, g.aColumn, rows, near, tiles);
      from = {tiles, 1, MR, MR * near};
    }
    if (rows < MR)
      Rows<MR>::run((int)rows, (int)whole, near, from.a, from.row, from.column, b, NR, g.K * NR, c, g.cRow,
                    g.accumulate, {g.alpha, bias});
    for (long p = rows < MR ? whole : 0; p < panels; p++)
      for (long k0 = k1; k0 < k1 + near || k0 == 0; k0 += part) {
        const long k = minOf(part, k1 + near - k0);
        const bool last = k0 + part >= g.K, accumulate = g.accumulate || k0 > 0;
        const RowTiles here = {from.a + (k0 - k1) * from.column, from.row, from.column, from.tile};
        const float* panel = b + (p * g.K + k0) * NR;
        const float* next = k0 + k < k1 + near ? panel + k * NR : b + ((p + 1) * g.K + k1) * NR;
        const Epilogue end = {last ? g.alpha : 1.f, last && bias ? bias + p * NR : nullptr};
        if (p < whole) panelTiles(rows, k, here, panel, NR, next, c + p * NR, g.cRow, accumulate, end);
        else edgePanel(here, rows, k, panel, g.N - (at.panel1 - 1) * NR, c + p * NR, g.cRow, accumulate, end);
      }
  }
}

// The rows of A from row0 on, the words from k0 on, where A was packed for all of K.
FT_INLINE HalfRows packedRows(const Gemm& g, long row0, long k0) {
  HalfRows from = g.aColumn == 1 ? rowsOfWords(g.a, g.aRow) : columnsOfWords(g.a, wordsOf(g.K));
  from.a += row0 * from.words + k0 / 2 * wordsOfPair * from.column;
  return from;
}

// The same of bfloat16 operands: A is packed (and rounded), here or before.
static void gemmBlockHalf(const Gemm& g, Block at) {
  const long rows = at.row1 - at.row0, panels = at.panel1 - at.panel0, stride = pairsOf(g.K) * NR;
  const long part = partOfKHalf(g.K);
  float* tiles = g.aPacked ? nullptr : scratch(fintune::packA, rowWords(rows, pairsOf(part)));
  const bool edge = at.panel1 * NR > g.N;
  const long whole = edge ? panels - 1 : panels;
  for (long k0 = 0; (k0 < g.K || k0 == 0) && !fintune::cancelled(); k0 += part) {
    const long k = minOf(part, g.K - k0), pairs = pairsOf(k);
    const bool last = k0 + part >= g.K, accumulate = g.accumulate || k0 > 0;
    const HalfRows from =
        g.aPacked ? packedRows(g, at.row0, k0)
                  : packRowsHalf(g.a + at.row0 * g.aRow + k0 * g.aColumn, g.aRow, g.aColumn, rows, k, tiles);
    const uint32_t* b = (const uint32_t*)g.b + at.panel0 * stride + k0 / 2 * NR;
    float* c = g.c + at.row0 * g.cRow + at.panel0 * NR;
    const float* bias = last && g.bias ? g.bias + at.panel0 * NR : nullptr;
    const float alpha = last ? g.alpha : 1.f;
    tileHalf(rows, whole, {pairs, from, b, stride, c, g.cRow, accumulate, {alpha, bias}});
    if (!edge) continue;
    // The last, narrower panel is computed in a buffer whose spare columns are dropped.
    const long width = g.N - (at.panel1 - 1) * NR;
    float* held = scratch(fintune::outputs, rows * NR);
    float heldBias[NR] = {};
    if (bias) memcpy(heldBias, bias + whole * NR, width * sizeof(float));
    memset(held, 0, rows * NR * sizeof(float));
    for (long r = 0; r < rows && accumulate; r++)
      memcpy(held + r * NR, c + r * g.cRow + whole * NR, width * sizeof(float));
    tileHalf(rows, 1, {pairs, from, b + whole * stride, stride, held, NR, accumulate, {alpha, bias ? heldBias : nullptr}});
    for (long r = 0; r < rows; r++) memcpy(c + r * g.cRow + whole * NR, held + r * NR, width * sizeof(float));
  }
}

// Rows that are computed together.
FT_INLINE long unitOf(bool half) { return half ? tileRows : MR; }

// Shares of M rows, of at most MB each: as many for every thread, unless each would then have too few.
FT_INLINE long rowShares(long M) {
  const long least = ceilDiv(M, MB), threads = fintune::threads();
  return maxOf(least, minOf(ceilDiv(least, threads) * threads, M / fewRows));
}

// A of bfloat16, packed once for all blocks of columns.
static void packLeftSide(Gemm& g) {
  const long words = wordsOf(g.K);
  float* packed = scratch(fintune::sharedToo, rowWords(g.M, pairsOf(g.K)));
  if (g.aColumn == 1)
    parallelRange(g.M, 8 * tileRows, [&](long from, long to) {
      packRowsHalf(g.a + from * g.aRow, g.aRow, 1, to - from, g.K, packed + from * words);
    });
  else
    parallelRange(g.K, 64, [&](long from, long to) {
      packColumns(g.a + from * g.aColumn, g.aColumn, 0, g.M, from, to - from, g.K, packed);
    });
  g.a = packed;
  g.aPacked = true;
  if (g.aColumn == 1) g.aRow = words;
}

static void gemm(const Gemm& given) {
  Gemm g = given;
  const auto block = g.half ? gemmBlockHalf : gemmBlock;
  const long panels = ceilDiv(g.N, NR);
  if (g.M == 0 || g.N == 0) return;
  const bool small = g.M * g.N * g.K < smallWork;
  if (!g.packed) {
    const long stride = (g.half ? pairsOf(g.K) : g.K) * NR;
    float* panelsOfB = scratch(fintune::shared, panels * stride);
    const auto packSome = [&](long from, long to) {
      const long columns = minOf(to * NR, g.N) - from * NR;
      if (g.half) packPanelsHalf(g.b + from * NR, g.bRow, g.K, columns, (uint32_t*)panelsOfB + from * stride, stride);
      else packPanels(g.b + from * NR, g.bRow, g.K, columns, panelsOfB + from * stride, stride);
    };
    if (small) packSome(0, panels);
    else parallelRange(panels, 4, packSome);
    g.b = panelsOfB;
    g.packed = true;
  }
  if (small) return block(g, {0, g.M, 0, panels});
  // Enough pieces for all threads, and as many for each: rows first, for A is packed anew for each block of columns.
  const long threads = fintune::threads(), wanted = 4 * threads, unit = unitOf(g.half);
  const long units = ceilDiv(g.M, unit);
  const auto even = [&](long blocks) { return blocks < threads ? maxOf(1, blocks) : blocks / threads * threads; };
  const bool wide = g.M <= MB && panels >= 8 * threads;
  const long rowBlocks = wide ? 1 : minOf(units, maxOf(rowShares(g.M), even(minOf(wanted, g.M / fewRows))));
  const long columnBlocks = even(minOf(ceilDiv(panels, 4), ceilDiv(wanted, rowBlocks)));
  if (g.half && !g.aPacked && columnBlocks > 1) packLeftSide(g);
  parallelFor(rowBlocks * columnBlocks, [&](long index) {
    const long row = index / columnBlocks, column = index % columnBlocks;
    block(g, {row * units / rowBlocks * unit, minOf(g.M, (row + 1) * units / rowBlocks * unit),
              column * panels / columnBlocks, (column + 1) * panels / columnBlocks});
  });
}

}  // namespace FINTUNE_ISA
