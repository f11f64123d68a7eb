// Matrix products of bfloat16 operands, summed in float32.
//
// Operands are kept as pairs: a 32-bit word holds k = 2i (low half) and 2i + 1 (high half), the form that vdpbf16ps and
// AMX multiply. Where the CPU has neither, a half becomes a float32 by a shift, and the products are fused multiply-adds.
// As in micro.h an element's products are added in the order of k, whatever tile it is computed in.
#pragma once
#include "micro.h"

#include <type_traits>

namespace FINTUNE_ISA {

// What pairs are counted up to: AMX takes 16 at a time.
#if defined(__AMX_BF16__)
constexpr long pairStep = 16;
#else
constexpr long pairStep = 1;
#endif
FT_INLINE long pairsOf(long K) { return ceilDiv(ceilDiv(K, 2), pairStep) * pairStep; }

// Rounded to nearest, ties to even, as the CPUs' own instructions do; NaN stays NaN.
FT_INLINE uint32_t halfOf(float x) {
  uint32_t bits;
  memcpy(&bits, &x, 4);
  const uint32_t rounded = (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
  return (bits & 0x7fffffff) > 0x7f800000 ? bits >> 16 | 0x40 : rounded;
}
FT_INLINE uint32_t pairOf(float low, float high) { return halfOf(low) | halfOf(high) << 16; }
FT_INLINE float roundedToHalf(float x) {
  const uint32_t bits = halfOf(x) << 16;
  float y;
  memcpy(&y, &bits, 4);
  return y;
}

// Bits of which the upper half is x rounded, as halfOf does it.
FT_INLINE vu halvesAbove(vf x) {
  const vu bits = (vu)x;
  const vu rounded = bits + 0x7fff + (bits >> 16 & 1);
  return (bits & 0x7fffffff) > 0x7f800000 ? bits | 0x400000 : rounded;
}
#if defined(__AVX512BF16__)
// The halves of `first`, then of `second`. The instruction makes 0 of what is denormal, as the products do.
FT_INLINE __m512i halves(vf first, vf second) { return (__m512i)_mm512_cvtne2ps_pbh((__m512)second, (__m512)first); }
FT_INLINE vu pairUp(vf low, vf high) {
  const __m512i turns = (__m512i)(vu{0x100000, 0x110001, 0x120002, 0x130003, 0x140004, 0x150005, 0x160006, 0x170007,
                                     0x180008, 0x190009, 0x1a000a, 0x1b000b, 0x1c000c, 0x1d000d, 0x1e000e, 0x1f000f});
  return (vu)_mm512_permutexvar_epi16(turns, halves(low, high));
}
#else
FT_INLINE vu pairUp(vf low, vf high) { return halvesAbove(low) >> 16 | (halvesAbove(high) & 0xffff0000); }
#endif

// The pairs of `count` floats that lie side by side, a 0 after an odd one.
static void pairRow(const float* from, long count, uint32_t* to) {
  long k = 0;
#if defined(__AVX512BF16__)
  for (; k + 2 * VW <= count; k += 2 * VW, to += VW) {
    const __m512i pairs = halves(load(from + k), load(from + k + VW));
    memcpy(to, &pairs, sizeof pairs);
  }
#endif
  typedef uint64_t vul __attribute__((vector_size(VW * 4)));
  typedef uint32_t words __attribute__((vector_size(VW * 2)));
  for (; k + VW <= count; k += VW, to += VW / 2) {
    const vul two = (vul)halvesAbove(load(from + k));
    const words pairs = __builtin_convertvector((two >> 16 & 0xffff) | (two >> 32 & 0xffff0000), words);
    memcpy(to, &pairs, sizeof pairs);
  }
  for (; k < count; k += 2) *to++ = pairOf(from[k], k + 1 < count ? from[k + 1] : 0.f);
}

// The floats of `count` halves.
static void unpairRow(const uint32_t* pairs, long count, float* to) {
  typedef uint16_t vh __attribute__((vector_size(VW * 2)));
  const uint16_t* from = (const uint16_t*)pairs;
  long k = 0;
  for (; k + VW <= count; k += VW) {
    vh halves;
    memcpy(&halves, from + k, sizeof halves);
    store(to + k, (vf)(__builtin_convertvector(halves, vu) << 16));
  }
  for (; k < count; k++) {
    const uint32_t bits = (uint32_t)from[k] << 16;
    memcpy(to + k, &bits, 4);
  }
}

// Panels of pairs from B(k, n) = b[k·bRow + n], `stride` words apart; zeros past `count` and `columns`. A few pairs at a
// time, as memory is best read.
static void packPanelsHalf(const float* b, long bRow, long count, long columns, uint32_t* out, long stride) {
  const long whole = columns / NR, pairs = pairsOf(count);
  for (long i0 = 0; i0 < count / 2; i0 += 8)
    for (long p = 0; p < whole; p++)
      for (long i = i0; i < minOf(count / 2, i0 + 8); i++)
        for (long j = 0; j < NR; j += VW) {
          const float* at = b + 2 * i * bRow + p * NR + j;
          const vu words = pairUp(load(at), load(at + bRow));
          memcpy(out + p * stride + i * NR + j, &words, sizeof words);
        }
  for (long p = 0; p * NR < columns; p++)
    for (long i = p < whole ? count / 2 : 0; i < pairs; i++)
      for (long j = 0; j < NR; j++) {
        const float* at = b + 2 * i * bRow + p * NR + j;
        const bool here = p * NR + j < columns;
        out[p * stride + i * NR + j] =
            pairOf(here && 2 * i < count ? at[0] : 0.f, here && 2 * i + 1 < count ? at[bRow] : 0.f);
      }
}

// One panel of pairs from the transpose: B(k, n) = w[n·wRow + k], zeros past `count` and `columns`.
static void packPanelTransposedHalf(const float* w, long wRow, long count, long columns, uint32_t* out) {
  constexpr long most = 16;  // pairs of each column at a time: they and the panel's lines stay in the L1 cache
  const long pairs = pairsOf(count);
  alignas(64) uint32_t held[NR][most] = {};
  for (long i0 = 0; i0 < pairs; i0 += most) {
    const long here = minOf(most, pairs - i0);
    for (long j = 0; j < columns; j++) {
      const long floats = maxOf(0, minOf(2 * here, count - 2 * i0));
      pairRow(w + j * wRow + 2 * i0, floats, held[j]);
      for (long i = ceilDiv(floats, 2); i < here; i++) held[j][i] = 0;
    }
    const long whole = here / VW * VW;
    for (long i = 0; i < whole; i += VW)
      for (long j = 0; j < NR; j += VW) transpose((float*)&held[j][i], most, (float*)out + (i0 + i) * NR + j, NR);
    for (long i = whole; i < here; i++)
      for (long j = 0; j < NR; j++) out[(i0 + i) * NR + j] = held[j][i];
  }
}

// Rows of A as a product reads them, in 32-bit words: a pair, or its two rounded floats where the CPU multiplies no pairs.
#if defined(__AVX512BF16__) || defined(__AMX_BF16__)
constexpr bool multipliesPairs = true;
#else
constexpr bool multipliesPairs = false;
#endif
constexpr long wordsOfPair = multipliesPairs ? 1 : 2;

// Word w of row r lies at a[r·row + w·column]; tiles of MR rows lie MR·words apart.
struct HalfRows {
  const float* a;
  long row, column, words;
};

// Rows that were packed with the words of each side by side, or (the columns of a matrix) as packRowsHalf leaves them.
FT_INLINE HalfRows rowsOfWords(const float* a, long words) { return {a, words, 1, words}; }
FT_INLINE HalfRows columnsOfWords(const float* a, long words) {
  return pairStep > 1 ? rowsOfWords(a, words) : HalfRows{a, 1, MR, words};
}
FT_INLINE long wordsOf(long K) { return pairsOf(K) * wordsOfPair; }

// Rows that a product takes at once, and words that packRowsHalf needs: AMX reads whole tiles of 16 rows.
constexpr long tileRows = pairStep > 1 ? 16 : MR;
FT_INLINE long rowWords(long rows, long pairs) { return ceilDiv(rows, tileRows) * tileRows * pairs * wordsOfPair; }

// The words of one row from floats that lie side by side.
static void packRowHalf(const float* from, long count, long words, float* to) {
  if (multipliesPairs) {
    pairRow(from, count, (uint32_t*)to);
  } else {
    long k = 0;
    for (; k + VW <= count; k += VW) store(to + k, (vf)(halvesAbove(load(from + k)) & 0xffff0000));
    for (; k < count; k++) to[k] = roundedToHalf(from[k]);
  }
  for (long w = multipliesPairs ? ceilDiv(count, 2) : count; w < words; w++) to[w] = 0.f;
}

// The words of one pair of A's rows, which lie side by side from `low` and, of the pair's second k, from `high` (null: 0).
// `spills`: what follows them may be overwritten, up to a whole vector (which is quicker).
template <int lanes>
FT_INLINE void packColumnsHalf(const float* low, const float* high, long rows, float* to, bool spills) {
  const long here = spills ? VW : lanes;
  const vf first = loadUpTo(low, rows), second = high ? loadUpTo(high, rows) : vf{};
  if (multipliesPairs) {
    storeUpTo(to, (vf)pairUp(first, second), here);
  } else {
    storeUpTo(to, (vf)(halvesAbove(first) & 0xffff0000), here);
    storeUpTo(to + lanes, (vf)(halvesAbove(second) & 0xffff0000), here);
  }
}

// A's rows lie side by side (aColumn = 1), or its columns do (aRow = 1). `words`: of a whole row in `out`, where this is a
// part of it.
static HalfRows packRowsHalf(const float* a, long aRow, long aColumn, long rows, long count, float* out, long words) {
  const long pairs = pairsOf(count);
  if (aColumn == 1) {
    for (long r = 0; r < rows; r++) packRowHalf(a + r * aRow, count, pairs * wordsOfPair, out + r * words);
    return rowsOfWords(out, words);
  }
  // A whole vector is read as long as it ends before the last of A does.
  const auto pack = [&](auto lanes, long r, long i, float* to) {
    const float* low = a + r + 2 * i * aColumn;
    packColumnsHalf<decltype(lanes)::value>(low, 2 * i + 1 < count ? low + aColumn : nullptr,
                                            r + (2 * i + 1) * aColumn + VW <= (count - 1) * aColumn + rows
                                                ? VW
                                                : minOf(decltype(lanes)::value, rows - r),
                                            to, i + 1 < pairs);
  };
  if (pairStep > 1) {
    float held[2 * VW];  // a pair's words of a vector of rows
    for (long r = 0; r < rows; r += VW)
      for (long i = 0; i < pairs; i++) {
        if (2 * i < count) pack(std::integral_constant<int, VW>(), r, i, held);
        for (long lane = 0; lane < minOf(VW, rows - r); lane++)
          out[(r + lane) * words + i] = 2 * i < count ? held[lane] : 0.f;
      }
    return columnsOfWords(out, words);
  }
  static_assert(MR <= VW, "a vector holds a tile's rows");
  for (long i = 0; i < pairs; i++) {
    const float* next = a + minOf(2 * i + 8, count - 1) * aColumn;  // four pairs on, asked for meanwhile
    for (long r = 0; r < rows; r += MR) {
      __builtin_prefetch(next + r);
      __builtin_prefetch(next + r + aColumn);
      pack(std::integral_constant<int, MR>(), r, i, out + r * words + i * MR * wordsOfPair);
    }
  }
  return columnsOfWords(out, words);
}
static HalfRows packRowsHalf(const float* a, long aRow, long aColumn, long rows, long count, float* out) {
  return packRowsHalf(a, aRow, aColumn, rows, count, out, wordsOf(count));
}

// Columns [column, column + columns) of rows `from` on, side by side at `a`, to their place in the packed left side
// [allColumns, allRows] of aᵀ's product.
static void packColumns(const float* a, long aRow, long column, long columns, long from, long rows, long allRows,
                        float* out) {
  const long words = wordsOf(allRows);
  float* at = out + column * words + from / 2 * wordsOfPair * columnsOfWords(out, words).column;
  packRowsHalf(a, 1, aRow, columns, rows, at, words);
}

// Asks for memory that will be written soon.
FT_INLINE void fetchForWriting(const void* at, long bytes) {
  for (long i = 0; i < bytes; i += 64) __builtin_prefetch((const char*)at + i, 1);
}
// The same of what packColumns will fill.
static void fetchColumns(long column, long columns, long from, long rows, long allRows, const float* out) {
  const long words = wordsOf(allRows), pair = wordsOfPair * columnsOfWords(out, words).column;
  for (long c = column; c < column + columns; c += pairStep > 1 ? 1 : MR)
    fetchForWriting(out + c * words + from / 2 * pair, rows / 2 * pair * sizeof(float));
}

// What one tile of C is made from; see tileHalf.
struct HalfProduct {
  long pairs;
  HalfRows rows;
  const uint32_t* b;
  long panelStride;  // words between panels
  float* c;
  long cRow;
  bool accumulate;
  Epilogue end;
};

FT_INLINE void finish(float* c, vf y, const float* bias, float alpha) {
  y = y * splat(alpha);
  store(c, bias ? y + load(bias) : y);
}

#if defined(__AMX_BF16__)

// One panel (two tiles wide) for 16 rows, in a buffer of its own: spare rows and columns are never written to C.
static void tileHalf(long rows, long panels, const HalfProduct& p) {
  struct alignas(64) {
    uint8_t palette = 1, startRow = 0, zero[14] = {};
    uint16_t bytes[16] = {};
    uint8_t rows[16] = {};
  } config;
  for (int t = 0; t < 5; t++) config.bytes[t] = 64, config.rows[t] = 16;
  _tile_loadconfig(&config);
  alignas(64) float held[16 * NR];
  for (long panel = 0; panel < panels; panel++)
    for (long r = 0; r < rows; r += 16) {
      const long here = minOf(16, rows - r);
      float* c = p.c + r * p.cRow + panel * NR;
      memset(held, 0, sizeof held);
      if (p.accumulate)
        for (long i = 0; i < here; i++) memcpy(held + i * NR, c + i * p.cRow, NR * sizeof(float));
      asm volatile("" ::: "memory");  // GCC does not know that tiles are read from memory: `held` and A must be there
      _tile_loadd(0, held, NR * 4);
      _tile_loadd(1, held + 16, NR * 4);
      const uint32_t *a = (const uint32_t*)p.rows.a + r * p.rows.words, *b = p.b + panel * p.panelStride;
      for (long i = 0; i < p.pairs; i += 16) {
        _tile_loadd(2, a + i, p.rows.words * 4);
        _tile_loadd(3, b + i * NR, NR * 4);
        _tile_loadd(4, b + i * NR + 16, NR * 4);
        _tile_dpbf16ps(0, 2, 3);
        _tile_dpbf16ps(1, 2, 4);
      }
      _tile_stored(0, held, NR * 4);
      _tile_stored(1, held + 16, NR * 4);
      asm volatile("" ::: "memory");
      for (long i = 0; i < here; i++)
        for (long j = 0; j < NR; j += VW)
          finish(c + i * p.cRow + j, load(held + i * NR + j), p.end.bias ? p.end.bias + panel * NR + j : nullptr,
                 p.end.alpha);
    }
  _tile_release();
}

#else

template <int R, int P, bool fetches = false>
static void microHalf(const HalfProduct& p, const float* a, const uint32_t* b, float* c, const float* bias,
                      Ahead ahead = {}) {
  vf acc[R][2 * P];
#pragma GCC unroll 16
  for (int r = 0; r < R; r++)
#pragma GCC unroll 8
    for (int q = 0; q < 2 * P; q++) acc[r][q] = p.accumulate ? load(c + r * p.cRow + q * VW) : vf{};
  if (R == MR)
    for (int r = 0; r < R; r++)
      for (int q = 0; q < 2 * P; q++) __builtin_prefetch(c + (R + r) * p.cRow + q * VW, 1);
  const long row = p.rows.row, column = p.rows.column;
  for (long i = 0; i < p.pairs; i++, a += wordsOfPair * column, b += NR) {
    if (fetches) __builtin_prefetch(ahead.at + i * ahead.step, 0, 2);
#if defined(__AVX512BF16__)
    vf bv[2 * P];
#pragma GCC unroll 8
    for (int q = 0; q < 2 * P; q++) bv[q] = load((const float*)b + q / 2 * p.panelStride + q % 2 * VW);
#pragma GCC unroll 16
    for (int r = 0; r < R; r++) {
      const __m512bh av = (__m512bh)_mm512_set1_epi32(((const int*)a)[r * row]);
#pragma GCC unroll 8
      for (int q = 0; q < 2 * P; q++) acc[r][q] = (vf)_mm512_dpbf16_ps((__m512)acc[r][q], av, (__m512bh)bv[q]);
    }
#else
#pragma GCC unroll 2
    for (int half = 0; half < 2; half++) {
      vf bv[2 * P];
#pragma GCC unroll 8
      for (int q = 0; q < 2 * P; q++) {
        const vi words = (vi)load((const float*)b + q / 2 * p.panelStride + q % 2 * VW);
        bv[q] = (vf)(half ? words & (vi{} + (int32_t)0xffff0000) : words << 16);
      }
#pragma GCC unroll 16
      for (int r = 0; r < R; r++) {
        const vf av = splat(a[r * row + half * column]);
#pragma GCC unroll 8
        for (int q = 0; q < 2 * P; q++) acc[r][q] = fma(av, bv[q], acc[r][q]);
      }
    }
#endif
  }
#pragma GCC unroll 16
  for (int r = 0; r < R; r++)
#pragma GCC unroll 8
    for (int q = 0; q < 2 * P; q++)
      finish(c + r * p.cRow + q * VW, acc[r][q], bias ? bias + q * VW : nullptr, p.end.alpha);
}

// The panels of up to MR rows; few rows take several panels at once, as in micro.h.
template <int R>
struct HalfTile {
  static void run(long rows, long panels, const HalfProduct& p, const float* a, const uint32_t* b, float* c,
                  const float* bias, Ahead ahead = {}) {
    if (rows < R) return HalfTile<R - 1>::run(rows, panels, p, a, b, c, bias, ahead);
    if (ahead.at) return microHalf<R, 1, true>(p, a, b, c, bias, ahead);
    constexpr int most = R == 1 ? 4 : R <= 3 ? 2 : 1;
    while (panels > 0) {
      const long taken = panels >= most ? most : 1;
      if (taken == most) microHalf<R, most>(p, a, b, c, bias);
      else microHalf<R, 1>(p, a, b, c, bias);
      panels -= taken;
      b += taken * p.panelStride;
      c += taken * NR;
      if (bias) bias += taken * NR;
    }
  }
};
template <>
struct HalfTile<0> {
  static void run(long, long, const HalfProduct&, const float*, const uint32_t*, float*, const float*, Ahead) {}
};

// C [rows, panels·NR] (+)= alpha · A·B + bias over whole panels, on this thread; a from packRowsHalf.
static void tileHalf(long rows, long panels, const HalfProduct& p) {
  if (rows < MR) return HalfTile<MR>::run(rows, panels, p, p.rows.a, p.b, p.c, p.end.bias);
  // Of the first panel, each tile brings in A's next tile. Of the others the first brings the panel in, the rest the next one.
  const long tiles = ceilDiv(rows, MR), tileBytes = MR * wordsOfPair * (long)sizeof(float);
  const long step = ceilDiv(NR * (long)sizeof(float), maxOf(1, tiles - 1));
  for (long panel = 0; panel < panels; panel++) {
    const uint32_t* b = p.b + panel * p.panelStride;
    for (long r = 0; r < rows; r += MR) {
      const float* a = p.rows.a + r * p.rows.words;
      Ahead ahead = {};
      if (panel == 0 && r + MR < rows) ahead = {(const char*)(a + MR * p.rows.words), tileBytes};
      else if (r > 0) ahead = {(const char*)(b + p.panelStride) + (r / MR - 1) * p.pairs * step, step};
      HalfTile<MR>::run(minOf(MR, rows - r), 1, p, a, b, p.c + r * p.cRow + panel * NR,
                        p.end.bias ? p.end.bias + panel * NR : nullptr, ahead);
    }
  }
}

#endif

}  // namespace FINTUNE_ISA
