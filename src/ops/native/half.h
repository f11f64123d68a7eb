// Matrix products of bfloat16 operands, summed in float32.
//
// Operands are kept as pairs: a 32-bit word holds k = 2i (low half) and 2i + 1 (high half), the form that vdpbf16ps and
// AMX multiply. Where the CPU has neither, a half becomes a float32 by a shift, and the products are fused multiply-adds.
// As in micro.h an element's products are added in the order of k, whatever tile it is computed in.
#pragma once
#include "micro.h"

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

// Pairs of a panel: B(k, n) = b[k·bRow + n·bColumn], zeros past `count` and `columns`.
static void packPanelHalf(const float* b, long bRow, long bColumn, long count, long columns, uint32_t* out) {
  const long whole = columns == NR ? count / 2 : 0;
  for (long i0 = 0; i0 < whole; i0 += 8) {
    const long i1 = minOf(whole, i0 + 8);
    if (bColumn == 1) {
      for (long i = i0; i < i1; i++)
        for (long j = 0; j < NR; j++) out[i * NR + j] = pairOf(b[2 * i * bRow + j], b[(2 * i + 1) * bRow + j]);
    } else {
      for (long j = 0; j < NR; j++)
        for (long i = i0; i < i1; i++) {
          const float* at = b + 2 * i * bRow + j * bColumn;
          out[i * NR + j] = pairOf(at[0], at[bRow]);
        }
    }
  }
  for (long i = whole; i < pairsOf(count); i++)
    for (long j = 0; j < NR; j++) {
      const float* at = b + 2 * i * bRow + j * bColumn;
      const bool low = 2 * i < count && j < columns, high = 2 * i + 1 < count && j < columns;
      out[i * NR + j] = pairOf(low ? at[0] : 0.f, high ? at[bRow] : 0.f);
    }
}

// Rows of A as a product reads them, in 32-bit words: a pair, or its two rounded floats where the CPU multiplies no pairs.
#if defined(__AVX512BF16__) || defined(__AMX_BF16__)
constexpr long wordsOfPair = 1;
FT_INLINE void putPair(float* out, long, float low, float high) { *(uint32_t*)out = pairOf(low, high); }
#else
constexpr long wordsOfPair = 2;
FT_INLINE void putPair(float* out, long column, float low, float high) {
  out[0] = roundedToHalf(low);
  out[column] = roundedToHalf(high);
}
#endif

// Word w of row r lies at a[r·row + w·column]; tiles of MR rows lie MR·words apart.
struct HalfRows {
  const float* a;
  long row, column;
};

// Words that packRowsHalf writes; AMX reads whole tiles of 16 rows.
FT_INLINE long rowWords(long rows, long pairs) {
  return ceilDiv(rows, pairStep > 1 ? 16 : MR) * (pairStep > 1 ? 16 : MR) * pairs * wordsOfPair;
}

static HalfRows packRowsHalf(const float* a, long aRow, long aColumn, long rows, long count, float* out) {
  const long pairs = pairsOf(count), whole = count / 2, words = pairs * wordsOfPair;
  if (aColumn == 1 || pairStep > 1) {
    memset(out, 0, rowWords(rows, pairs) * sizeof(float));
    for (long r = 0; r < rows; r++) {
      const float* at = a + r * aRow;
      float* to = out + r * words;
      if (aColumn == 1)
        for (long i = 0; i < whole; i++) putPair(to + i * wordsOfPair, 1, at[2 * i], at[2 * i + 1]);
      else
        for (long i = 0; i < whole; i++)
          putPair(to + i * wordsOfPair, 1, at[2 * i * aColumn], at[(2 * i + 1) * aColumn]);
      if (count % 2) putPair(to + whole * wordsOfPair, 1, at[(count - 1) * aColumn], 0.f);
    }
    return {out, words, 1};
  }
  for (long r0 = 0; r0 < rows; r0 += MR) {
    const long here = minOf(MR, rows - r0);
    const float* at = a + r0 * aRow;
    for (long i = 0; i < pairs; i++, at += 2 * aColumn) {
      float* to = out + r0 * words + i * MR * wordsOfPair;
      for (long r = 0; r < here; r++) putPair(to + r, MR, at[r * aRow], i < whole ? at[r * aRow + aColumn] : 0.f);
    }
  }
  return {out, 1, MR};
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
      _tile_loadd(0, held, NR * 4);
      _tile_loadd(1, held + 16, NR * 4);
      const uint32_t *a = (const uint32_t*)p.rows.a + r * p.pairs, *b = p.b + panel * p.panelStride;
      for (long i = 0; i < p.pairs; i += 16) {
        _tile_loadd(2, a + i, p.pairs * 4);
        _tile_loadd(3, b + i * NR, NR * 4);
        _tile_loadd(4, b + i * NR + 16, NR * 4);
        _tile_dpbf16ps(0, 2, 3);
        _tile_dpbf16ps(1, 2, 4);
      }
      _tile_stored(0, held, NR * 4);
      _tile_stored(1, held + 16, NR * 4);
      for (long i = 0; i < here; i++)
        for (long j = 0; j < NR; j += VW)
          finish(c + i * p.cRow + j, load(held + i * NR + j), p.end.bias ? p.end.bias + panel * NR + j : nullptr,
                 p.end.alpha);
    }
  _tile_release();
}

#else

template <int R, int P>
static void microHalf(const HalfProduct& p, const float* a, const uint32_t* b, float* c, const float* bias) {
  vf acc[R][2 * P];
  for (int r = 0; r < R; r++)
    for (int q = 0; q < 2 * P; q++) acc[r][q] = p.accumulate ? load(c + r * p.cRow + q * VW) : vf{};
  const long row = p.rows.row, column = p.rows.column;
  for (long i = 0; i < p.pairs; i++, a += wordsOfPair * column, b += NR) {
#if defined(__AVX512BF16__)
    vf bv[2 * P];
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
  for (int r = 0; r < R; r++)
    for (int q = 0; q < 2 * P; q++)
      finish(c + r * p.cRow + q * VW, acc[r][q], bias ? bias + q * VW : nullptr, p.end.alpha);
}

// The panels of up to MR rows; few rows take several panels at once, as in micro.h.
template <int R>
struct HalfTile {
  static void run(long rows, long panels, const HalfProduct& p, const float* a, const uint32_t* b, float* c,
                  const float* bias) {
    if (rows < R) return HalfTile<R - 1>::run(rows, panels, p, a, b, c, bias);
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
  static void run(long, long, const HalfProduct&, const float*, const uint32_t*, float*, const float*) {}
};

// C [rows, panels·NR] (+)= alpha · A·B + bias over whole panels, on this thread; a from packRowsHalf.
static void tileHalf(long rows, long panels, const HalfProduct& p) {
  if (rows < MR) return HalfTile<MR>::run(rows, panels, p, p.rows.a, p.b, p.c, p.end.bias);
  for (long panel = 0; panel < panels; panel++)
    for (long r = 0; r < rows; r += MR)
      HalfTile<MR>::run(minOf(MR, rows - r), 1, p, p.rows.a + r * p.pairs * wordsOfPair, p.b + panel * p.panelStride,
                        p.c + r * p.cRow + panel * NR, p.end.bias ? p.end.bias + panel * NR : nullptr);
}

#endif

}  // namespace FINTUNE_ISA
