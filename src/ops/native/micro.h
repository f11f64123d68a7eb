// The inner loop of every matrix product: R rows of A against P panels of B, one accumulator for each element of C,
// its products added in the order of k. So an element's bits are the same in whatever tile it is computed.
#pragma once
#include "vector.h"

namespace FINTUNE_ISA {

struct Epilogue {
  float alpha;        // scales the finished sum (not together with accumulate)
  const float* bias;  // added to the finished sum, one a column; or null
};
constexpr Epilogue plain = {1.f, nullptr};

// Memory to be fetched while a tile is computed: `step` bytes for each k. Null: nothing.
struct Ahead {
  const char* at;
  long step;
};

// A(r, k) = a[r·ars + k·acs]; B(k, column j of panel p) = b[p·bps + k·bks + j]; C(r, p, j) = c[r·ldc + p·NR + j].
template <int R, int P, bool fetches = false>
static void micro(long count, const float* a, long ars, long acs, const float* b, long bks, long bps, float* c, long ldc,
                  bool accumulate, Epilogue end, Ahead ahead = {}) {
  vf acc[R][2 * P];
  // Unrolled by decree, these loops too: else the compiler may keep the accumulators in memory.
#pragma GCC unroll 16
  for (int r = 0; r < R; r++)
#pragma GCC unroll 8
    for (int q = 0; q < 2 * P; q++) acc[r][q] = accumulate ? load(c + r * ldc + q * VW) : vf{};
  // The tile below is next, most often: its rows of C come meanwhile.
  if (R == MR)
    for (int r = 0; r < R; r++)
      for (int q = 0; q < 2 * P; q++) __builtin_prefetch(c + (R + r) * ldc + q * VW, 1);
  for (long k = 0; k < count; k++) {
    if (fetches) __builtin_prefetch(ahead.at + k * ahead.step, 0, 2);
    vf bv[2 * P];
#pragma GCC unroll 8
    for (int p = 0; p < P; p++) {
      bv[2 * p] = load(b + p * bps + k * bks);
      bv[2 * p + 1] = load(b + p * bps + k * bks + VW);
    }
#pragma GCC unroll 16
    for (int r = 0; r < R; r++) {
      const vf av = splat(a[r * ars + k * acs]);
#pragma GCC unroll 8
      for (int q = 0; q < 2 * P; q++) acc[r][q] = fma(av, bv[q], acc[r][q]);
    }
  }
#pragma GCC unroll 16
  for (int r = 0; r < R; r++)
#pragma GCC unroll 8
    for (int q = 0; q < 2 * P; q++) {
      vf y = acc[r][q] * splat(end.alpha);
      if (end.bias) y = y + load(end.bias + q * VW);
      store(c + r * ldc + q * VW, y);
    }
}

// Few rows keep few accumulators busy, so they take several panels at once (one where memory is fetched meanwhile).
template <int R>
struct Rows {
  static constexpr int panels = R == 1 ? 4 : R <= 3 ? 2 : 1;
  static void run(int rows, int width, long count, const float* a, long ars, long acs, const float* b, long bks,
                  long bps, float* c, long ldc, bool accumulate, Epilogue end, Ahead ahead = {}) {
    if (rows < R) return Rows<R - 1>::run(rows, width, count, a, ars, acs, b, bks, bps, c, ldc, accumulate, end, ahead);
    if (ahead.at) return micro<R, 1, true>(count, a, ars, acs, b, bks, bps, c, ldc, accumulate, end, ahead);
    while (width > 0) {
      const int taken = width >= panels ? panels : 1;
      if (taken == panels) micro<R, panels>(count, a, ars, acs, b, bks, bps, c, ldc, accumulate, end);
      else micro<R, 1>(count, a, ars, acs, b, bks, bps, c, ldc, accumulate, end);
      width -= taken;
      b += taken * bps;
      c += taken * NR;
      if (end.bias) end.bias += taken * NR;
    }
  }
};
template <>
struct Rows<0> {
  static void run(int, int, long, const float*, long, long, const float*, long, long, float*, long, bool, Epilogue,
                  Ahead) {}
};

// Rows of A as the micro-kernel reads them: where they lie, or packed.
struct RowTiles {
  const float* a;
  long row, column, tile;  // strides between rows, between k, between tiles of MR rows
};

constexpr long fewTiles = 8;  // of rows, so few that reading B from memory costs as much as multiplying

// One panel of C, by tiles of MR rows; `next` is what of B is wanted after it, or null.
static void panelTiles(long rows, long count, const RowTiles& from, const float* b, long bks, const float* next, float* c,
                       long ldc, bool accumulate, Epilogue end) {
  // The first tile brings the panel in; the few others of a small batch leave time to bring the next one.
  const long tiles = ceilDiv(rows, MR);
  const bool fetches = next != nullptr && tiles > 1 && tiles <= fewTiles;
  const long step = fetches ? ceilDiv(NR * (long)sizeof(float), tiles - 1) : 0;
  const char* ahead = (const char*)next;
  for (long r = 0; r < rows; r += MR) {
    Rows<MR>::run((int)minOf(MR, rows - r), 1, count, from.a + r / MR * from.tile, from.row, from.column, b, bks, 0,
                  c + r * ldc, ldc, accumulate, end, fetches && r > 0 ? Ahead{ahead, step} : Ahead{});
    if (r > 0) ahead += count * step;
  }
}

// A product over whole panels, on this thread: C [rows, panels·NR] (+)= A·B.
static void tile(long rows, long panels, long count, const float* a, long ars, long acs, const float* b, long bks,
                 long bps, float* c, long ldc, bool accumulate) {
  if (rows < MR) return Rows<MR>::run((int)rows, (int)panels, count, a, ars, acs, b, bks, bps, c, ldc, accumulate, plain);
  for (long p = 0; p < panels; p++)
    panelTiles(rows, count, {a, ars, acs, MR * ars}, b + p * bps, bks, bks == NR ? b + (p + 1) * bps : nullptr, c + p * NR,
               ldc, accumulate, plain);
}

}  // namespace FINTUNE_ISA
