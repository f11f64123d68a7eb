// Products of a few rows on this thread, as the kernels take them that compute several things one after the other: what
// comes between stays in the L2 cache.
#pragma once
#include "gemm.h"
#include "rmsNorm.h"

namespace FINTUNE_ISA {

// Rows of A [rows, K] as productOfRows reads them: floats as they are, bfloat16 as words (valid until the next call).
static const float* leftSide(bool half, const float* a, long rows, long K) {
  if (!half) return a;
  float* words = scratch(fintune::packA, rowWords(rows, pairsOf(K)));
  packRowsHalf(a, K, 1, rows, K, words);
  return words;
}

// C [rows, N] (+)= A [rows, K]·B + bias; A from leftSide, B in panels.
static void productOfRows(bool half, long rows, long N, long K, const float* a, const float* panels, float* c,
                          bool accumulate, const float* bias = nullptr) {
  const Block all = {0, rows, 0, ceilDiv(N, NR)};
  const Gemm g = {rows, N, K, a, half ? wordsOf(K) : K, 1, panels, true, 0, c, N, accumulate, 1.f, bias, half, half};
  if (half) gemmBlockHalf(g, all);
  else gemmBlock(g, all);
}

// Rows that a thread's share is a multiple of, where columns are packed too (packColumns): whole tiles, and whole pairs of rows.
FT_INLINE long unitOfColumns(bool half) { return !half ? MR : pairStep > 4 ? 2 * pairStep : maxOf(tileRows, 8); }

// Even shares of the rows in whole units, as a product has them.
template <class Body>
static void shareRows(long rows, long unit, const Body& body) {
  const long units = ceilDiv(rows, unit), shares = minOf(units, rowShares(rows));
  parallelFor(shares, [&](long index) {
    const long from = index * units / shares * unit;
    body(from, minOf(rows, (index + 1) * units / shares * unit) - from);
  });
}

// Columns [column, column + columns) of rows `from` on, side by side at `a`, to their place in the packed right side
// [allRows, allColumns] of a product of bfloat16.
static void packPart(const float* a, long aRow, long column, long columns, long from, long rows, long allRows, float* out) {
  const long stride = pairsOf(allRows) * NR;
  packPanelsHalf(a, aRow, rows, columns, (uint32_t*)out + column / NR * stride + from / 2 * NR, stride);
}

// Asks for the memory that packPart will fill.
static void fetchPart(long column, long columns, long from, long rows, long allRows, const float* out) {
  const long stride = pairsOf(allRows) * NR;
  for (long c = column; c < column + columns; c += NR)
    fetchForWriting(out + c / NR * stride + from / 2 * NR, rows / 2 * NR * sizeof(float));
}

// RMSNorm of rows, [rows, width].
static void normRows(const float* x, const float* weight, float eps, long rows, long width, float* y) {
  for (long r = 0; r < rows; r++) normRow(x + r * width, weight, eps, width, y + r * width);
}

FT_INLINE void addTo(float* sum, const float* x, long n) {
  for (long j = 0; j < n; j += VW) storeUpTo(sum + j, loadUpTo(sum + j, n - j) + loadUpTo(x + j, n - j), n - j);
}

// Sums over rows that several threads add up: each unit of rows its own, and those in order, so that the threads change
// no bit.
struct UnitSums {
  float* sums;  // [units, width]
  long unit, width;

  // The sums of the unit that row r lies in.
  float* of(long r) const { return sums + r / unit * width; }
};
static UnitSums unitSums(float* memory, long rows, long unit, long width) {
  memset(memory, 0, ceilDiv(rows, unit) * width * sizeof(float));
  return {memory, unit, width};
}

}  // namespace FINTUNE_ISA
