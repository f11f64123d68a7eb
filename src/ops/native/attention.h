// Causal grouped-query attention over segments that may continue a shared prefix.
//
// A row's arithmetic knows only its own keys, in their order: scores key by key, the exponentials summed in the lanes
// that the key's index in the whole sequence gives, values mixed key by key. Where a sequence is cut into prefix and own
// part, which rows stand beside it, and whether the keys lie in a tensor or in a cache, changes no bit.
#pragma once
#include "half.h"
#include "parallelFor.h"

namespace FINTUNE_ISA {

using fintune::AttentionShape;
using fintune::Layout;

// Keys of one run of tokens for one key/value head: k in panels [ceil((lane + count) / NR)][headDim][NR], the first key
// in lane `lane` of the first panel; v in rows [count][padded].
struct Run {
  const float *k, *v;
  long count, lane;
};

FT_INLINE long paddedDim(long headDim) { return ceilDiv(headDim, NR) * NR; }
FT_INLINE long panelsOf(long lane, long count) { return count > 0 ? ceilDiv(lane + count, NR) : 0; }

FT_INLINE void putKey(float* panels, long at, const float* key, long headDim) {
  float* out = panels + at / NR * headDim * NR + at % NR;
  for (long d = 0; d < headDim; d++) out[d * NR] = key[d];
}
// `count` keys, keyRow floats apart, from place `at` on.
static void putKeys(float* panels, long at, const float* keys, long keyRow, long count, long headDim) {
  const long whole = headDim / VW * VW;
  for (long i = 0; i < count;) {
    if ((at + i) % VW != 0 || count - i < VW || whole < headDim) {
      putKey(panels, at + i, keys + i * keyRow, headDim);
      i++;
      continue;
    }
    float* out = panels + (at + i) / NR * headDim * NR + (at + i) % NR;
    for (long d = 0; d < whole; d += VW) transpose(keys + i * keyRow + d, keyRow, out + d * NR, NR);
    i += VW;
  }
}
FT_INLINE void putRow(float* rows, long at, const float* value, long headDim, long padded) {
  float* out = rows + at * padded;
  memcpy(out, value, headDim * sizeof(float));
  for (long d = headDim; d < padded; d++) out[d] = 0.f;
}

constexpr float minusInfinity = -__builtin_inff();

// Softmax of one row of scores in place, not yet divided by its sum; keys outside the two ranges become 0.
// Returns the sum; `max` the largest score.
static float exponentials(float* s, long prefix, long ownAt, long lane, long own, long width, float* max) {
  for (long j = prefix; j < ownAt + lane; j++) s[j] = minusInfinity;
  for (long j = ownAt + lane + own; j < width; j++) s[j] = minusInfinity;
  vf largest = splat(minusInfinity);
  for (long j = 0; j < width; j += VW) largest = vmax(load(s + j), largest);
  *max = maxLanes(largest);
  const vf m = splat(*max);
  vf low = {}, high = {};
  for (long j = 0; j < width; j += NR) {
    const vf a = vexp(load(s + j) - m), b = vexp(load(s + j + VW) - m);
    store(s + j, a);
    store(s + j + VW, b);
    low = low + a;
    high = high + b;
  }
  return sumLanes(low + high);
}

constexpr long lineFloats = 16;  // of a cache line

// Asks for memory that is wanted soon, without waiting for it: share `index` of `shares` of n floats.
FT_INLINE void fetchShare(const float* at, long n, long index, long shares) {
  for (long i = n * index / shares; i < n * (index + 1) / shares; i += lineFloats) __builtin_prefetch(at + i, 0, 2);
}

// Rows of queries against a prefix that all share and own keys. Unit u (a token, or a sequence's newest token) has
// `group` rows; its own keys are the first ownCount[u] of own[u] (of own[0] where shared).
// q [units·group, headDim], scaled; y [units·group, padded]; logSumExp [units·group] or null.
static void attendRows(const float* q, long units, long group, const Run& prefix, const Run* own, bool shared,
                       const long* ownCount, long headDim, float* y, float* logSumExp) {
  const long rows = units * group, padded = paddedDim(headDim);
  const long ownAt = panelsOf(0, prefix.count) * NR;
  long most = 0;
  for (long u = 0; u < units; u++) most = maxOf(most, panelsOf(own[shared ? 0 : u].lane, ownCount[u]));
  const long width = ownAt + most * NR;
  float* s = scratch(fintune::scores, rows * width);

  tile(rows, ownAt / NR, headDim, q, headDim, 1, prefix.k, NR, headDim * NR, s, width, false);
  const long step = shared ? units : 1;
  for (long u = 0; u < units; u += step) {
    const long panels = shared ? most : panelsOf(own[u].lane, ownCount[u]);
    tile(step * group, panels, headDim, q + u * group * headDim, headDim, 1, own[u].k, NR, headDim * NR,
         s + u * group * width + ownAt, width, false);
  }
  float* sums = scratch(fintune::outputs, rows);
  for (long r = 0; r < rows; r++) {
    const long u = r / group;
    float max;
    fetchShare(prefix.v, prefix.count * padded, r, rows);
    if (!shared) fetchShare(own[u].v, ownCount[u] * padded, r % group, group);
    sums[r] = exponentials(s + r * width, prefix.count, ownAt, own[shared ? 0 : u].lane, ownCount[u], width, &max);
    if (logSumExp) logSumExp[r] = max + logf(sums[r]);
  }
  tile(rows, padded / NR, prefix.count, s, width, 1, prefix.v, padded, NR, y, padded, false);
  for (long u = 0; u < units; u += step) {
    const long count = shared ? ownCount[units - 1] : ownCount[u];
    tile(step * group, padded / NR, count, s + u * group * width + ownAt + own[u].lane, width, 1, own[u].v, padded, NR,
         y + u * group * padded, padded, true);
  }
  for (long r = 0; r < rows; r++) {
    const vf inverse = splat(1.f / sums[r]);
    for (long d = 0; d < padded; d += VW) store(y + r * padded + d, load(y + r * padded + d) * inverse);
  }
}

// The query rows of `units` tokens for one key/value head, scaled: [units·group, headDim].
static void takeQueries(const float* q, const AttentionShape& shape, long kvHead, long units, float factor, float* out) {
  const long group = shape.heads / shape.kvHeads, row = shape.heads * shape.headDim;
  for (long u = 0; u < units; u++) {
    const float* from = q + u * row + kvHead * group * shape.headDim;
    for (long i = 0; i < group * shape.headDim; i++) *out++ = from[i] * factor;
  }
}

FT_INLINE float queryScale(const AttentionShape& shape) { return 1.f / __builtin_sqrtf((float)shape.headDim); }

// Units in a block: about 48 rows, enough for the micro-kernel's tiles.
FT_INLINE long unitsPerBlock(long group) { return maxOf(1, 48 / group); }

// Where each (segment, kvHead) keeps its packed keys and values in one array.
struct Packing {
  long *k, *v;  // [segments] offsets of head 0
  long *kStride, *lane;
  long floats;
};

static Packing layPacking(const Layout& layout, const AttentionShape& shape, float* memory) {
  long* numbers = (long*)memory;
  const long n = layout.segments;
  Packing p = {numbers, numbers + n, numbers + 2 * n, numbers + 3 * n, 0};
  for (long s = 0; s < n; s++) {
    const long count = layout.lengths[s], prefix = layout.prefixes[s];
    p.lane[s] = prefix < 0 ? 0 : layout.lengths[prefix] % NR;
    p.kStride[s] = panelsOf(p.lane[s], count) * shape.headDim * NR;
    p.k[s] = p.floats;
    p.floats += shape.kvHeads * p.kStride[s];
    p.v[s] = p.floats;
    p.floats += shape.kvHeads * count * paddedDim(shape.headDim);
  }
  return p;
}

static Run runOf(const Layout& layout, const AttentionShape& shape, const Packing& p, const float* packed, long segment,
                 long kvHead) {
  if (segment < 0) return {packed, packed, 0, 0};
  const long count = layout.lengths[segment];
  return {packed + p.k[segment] + kvHead * p.kStride[segment],
          packed + p.v[segment] + kvHead * count * paddedDim(shape.headDim), count, p.lane[segment]};
}

static void packRuns(const Layout& layout, const AttentionShape& shape, const Packing& p, const float* k,
                     const float* v, float* packed) {
  const long row = shape.kvHeads * shape.headDim, padded = paddedDim(shape.headDim);
  parallelFor(layout.segments * shape.kvHeads, [&](long index) {
    const long s = index / shape.kvHeads, head = index % shape.kvHeads;
    const Run run = runOf(layout, shape, p, packed, s, head);
    memset((float*)run.k, 0, p.kStride[s] * sizeof(float));
    const long first = layout.starts[s] * row + head * shape.headDim;
    putKeys((float*)run.k, run.lane, k + first, row, run.count, shape.headDim);
    for (long i = 0; i < run.count; i++) putRow((float*)run.v, i, v + first + i * row, shape.headDim, padded);
  });
}

struct Task {
  long segment, unit;
};

static void attention(const Layout& layout, const AttentionShape& shape, const float* q, const float* k, const float* v,
                      float* y, float* logSumExp) {
  const long group = shape.heads / shape.kvHeads, headDim = shape.headDim, padded = paddedDim(headDim);
  const long block = unitsPerBlock(group), row = shape.heads * headDim;
  const long most = layout.tokens / block + layout.segments + 1;
  float* numbers = scratch(fintune::sharedToo, 8 * layout.segments + 4 * most + 16);
  const Packing packing = layPacking(layout, shape, numbers);
  Task* tasks = (Task*)(numbers + 8 * layout.segments);
  long count = 0;
  for (long s = 0; s < layout.segments; s++)
    for (long u = 0; u < layout.lengths[s]; u += block) tasks[count++] = {s, u};
  float* packed = scratch(fintune::shared, packing.floats + 1);
  packRuns(layout, shape, packing, k, v, packed);

  // Last blocks first: they have the most keys, and a long task at the end would keep the other threads waiting.
  parallelFor(count * shape.kvHeads, [&](long index) {
    const Task task = tasks[count - 1 - index / shape.kvHeads];
    const long head = index % shape.kvHeads, s = task.segment;
    const long units = minOf(block, layout.lengths[s] - task.unit), token = layout.starts[s] + task.unit;
    const Run prefix = runOf(layout, shape, packing, packed, layout.prefixes[s], head);
    const Run own = runOf(layout, shape, packing, packed, s, head);
    float* rows = scratch(fintune::queries, units * group * (headDim + padded + 1));
    float *out = rows + units * group * headDim, *lse = out + units * group * padded;
    long counts[64];
    for (long u = 0; u < units; u++) counts[u] = task.unit + u + 1;
    takeQueries(q + token * row, shape, head, units, queryScale(shape), rows);
    attendRows(rows, units, group, prefix, &own, true, counts, headDim, out, lse);
    for (long r = 0; r < units * group; r++) {
      const long at = (token + r / group) * shape.heads + head * group + r % group;
      memcpy(y + at * headDim, out + r * padded, headDim * sizeof(float));
      if (logSumExp) logSumExp[at] = lse[r];
    }
  });
}

// --- gradient ---
//
// Scores are those of the forward pass, and dy·v must agree with what is subtracted from it: both are float32 products.
// Those that only add up (into dq, dk and dv) may have bfloat16 operands.

// B of a product, [count, headDim], as the product reads it: `step` words from one k (or pair of them) to
// the next, `panel` from one panel to the next.
struct Columns {
  const float* at;
  long step, panel;
};

FT_INLINE long columnsFloats(long count, long headDim) { return maxOf(count, pairsOf(count)) * paddedDim(headDim); }

// B(k, n) = element n of row k.
static Columns takeRows(bool half, const float* rows, long rowStride, long count, long headDim, float* out) {
  const long padded = paddedDim(headDim), stride = pairsOf(count) * NR;
  if (half) {
    packPanelsHalf(rows, rowStride, count, headDim, (uint32_t*)out, stride);
    return {out, NR, stride};
  }
  for (long i = 0; i < count; i++) putRow(out, i, rows + i * rowStride, headDim, padded);
  return {out, padded, NR};
}

// C [rows, headDim up to whole panels] += A·B, A(r, k) = a[r·aRow + k·aColumn].
static void addProduct(bool half, long rows, long count, const float* a, long aRow, long aColumn, const Columns& b,
                       float* c, long padded) {
  const long panels = padded / NR, pairs = pairsOf(count);
  if (!half) return tile(rows, panels, count, a, aRow, aColumn, b.at, b.step, b.panel, c, padded, true);
  const HalfRows packed = packRowsHalf(a, aRow, aColumn, rows, count, scratch(fintune::packA, rowWords(rows, pairs)));
  tileHalf(rows, panels, {pairs, packed, (const uint32_t*)b.at, b.panel, c, padded, true, plain});
}

// One run's keys and values as products read them, and their gradients [count, padded].
struct GradientRun {
  long count;
  const float *kPanels, *vPanels;  // of the transposes
  Columns k;
  float *dk, *dv;
};

FT_INLINE long gradientRunFloats(long count, const AttentionShape& shape) {
  return 2 * panelsOf(0, count) * shape.headDim * NR + columnsFloats(count, shape.headDim);
}
// dk and dv
FT_INLINE long sumFloats(long count, const AttentionShape& shape) { return 2 * count * paddedDim(shape.headDim); }

static GradientRun takeGradientRun(bool half, const float* k, const float* v, long count, const AttentionShape& shape,
                                   float* memory, float* dk) {
  const long row = shape.kvHeads * shape.headDim, rows = count * paddedDim(shape.headDim);
  const long panels = panelsOf(0, count) * shape.headDim * NR;
  float *kPanels = memory, *vPanels = kPanels + panels, *columns = vPanels + panels;
  memset(kPanels, 0, 2 * panels * sizeof(float));
  memset(dk, 0, 2 * rows * sizeof(float));
  putKeys(kPanels, 0, k, row, count, shape.headDim);
  putKeys(vPanels, 0, v, row, count, shape.headDim);
  return {count, kPanels, vPanels, takeRows(half, k, row, count, shape.headDim, columns), dk, dk + rows};
}

// Query rows of some tokens for one head, with their outputs' gradients; q is scaled.
struct GradientRows {
  long count;
  const float *q, *dy;  // [count, headDim]
  Columns qColumns, dyColumns;
  const float *logSumExp, *delta;
  float* dq;  // [count, padded]
};

// Rows of one block against one run of keys: with p = exp(score − logSumExp), ds = p·(dy·v − delta):
// dv += pᵀ·dy, dk += dsᵀ·q, dq += ds·k. limit(r): keys that row r may see.
template <class Limit>
static void gradientAgainst(bool half, const GradientRun& run, long keys, const GradientRows& rows, long headDim,
                            const Limit& limit) {
  if (keys == 0) return;
  const long n = rows.count, padded = paddedDim(headDim), panels = panelsOf(0, keys), width = panels * NR;
  float *p = scratch(fintune::scores, 2 * n * width), *ds = p + n * width;
  tile(n, panels, headDim, rows.q, headDim, 1, run.kPanels, NR, headDim * NR, p, width, false);
  tile(n, panels, headDim, rows.dy, headDim, 1, run.vPanels, NR, headDim * NR, ds, width, false);
  for (long r = 0; r < n; r++) {
    const vf lse = splat(rows.logSumExp[r]), less = splat(rows.delta[r]);
    float *pr = p + r * width, *dr = ds + r * width;
    for (long j = limit(r); j < width; j++) pr[j] = minusInfinity;
    for (long j = 0; j < width; j += VW) {
      const vf weight = vexp(load(pr + j) - lse);
      store(pr + j, weight);
      store(dr + j, weight * (load(dr + j) - less));
    }
  }
  addProduct(half, keys, n, p, 1, width, rows.dyColumns, run.dv, padded);
  addProduct(half, keys, n, ds, 1, width, rows.qColumns, run.dk, padded);
  addProduct(half, n, keys, ds, width, 1, run.k, rows.dq, padded);
}

static void storeGradientRun(const GradientRun& run, float* dk, float* dv, const AttentionShape& shape) {
  const long row = shape.kvHeads * shape.headDim, padded = paddedDim(shape.headDim);
  for (long i = 0; i < run.count; i++) {
    memcpy(dk + i * row, run.dk + i * padded, shape.headDim * sizeof(float));
    memcpy(dv + i * row, run.dv + i * padded, shape.headDim * sizeof(float));
  }
}

struct AttentionInputs {
  const float *q, *k, *v, *y, *logSumExp, *dy;
  float *dq, *dk, *dv;
  bool half;
};

// Rows [from, to) of one segment for one head: what they give to the keys they see.
static void segmentGradient(const Layout& layout, const AttentionShape& shape, const AttentionInputs& in, long s,
                            long from, long to, long head, const GradientRun* prefix, const GradientRun& own) {
  const long group = shape.heads / shape.kvHeads, headDim = shape.headDim, padded = paddedDim(headDim);
  const long block = unitsPerBlock(group), row = shape.heads * headDim;
  for (long first = from; first < to && !fintune::cancelled(); first += block) {
    const long units = minOf(block, to - first), rows = units * group;
    const long token = layout.starts[s] + first, columns = columnsFloats(rows, headDim);
    float* q = scratch(fintune::queries, rows * (2 * headDim + padded + 2) + 2 * columns);
    float *dy = q + rows * headDim, *dq = dy + rows * headDim, *lse = dq + rows * padded, *delta = lse + rows;
    float* asColumns = delta + rows;
    takeQueries(in.q + token * row, shape, head, units, queryScale(shape), q);
    takeQueries(in.dy + token * row, shape, head, units, 1.f, dy);
    memset(dq, 0, rows * padded * sizeof(float));
    for (long r = 0; r < rows; r++) {
      const long at = (token + r / group) * shape.heads + head * group + r % group;
      lse[r] = in.logSumExp[at];
      vf products = {};
      for (long d = 0; d < headDim; d += VW)
        products = fma(loadUpTo(in.y + at * headDim + d, headDim - d), loadUpTo(dy + r * headDim + d, headDim - d), products);
      delta[r] = sumLanes(products);
    }
    const GradientRows taken = {rows, q, dy, takeRows(in.half, q, headDim, rows, headDim, asColumns),
                                takeRows(in.half, dy, headDim, rows, headDim, asColumns + columns), lse, delta, dq};
    if (prefix)
      gradientAgainst(in.half, *prefix, prefix->count, taken, headDim, [&](long) { return prefix->count; });
    gradientAgainst(in.half, own, first + units, taken, headDim, [&](long r) { return first + r / group + 1; });
    const float factor = queryScale(shape);
    for (long r = 0; r < rows; r++) {
      const long at = (token + r / group) * shape.heads + head * group + r % group;
      for (long d = 0; d < headDim; d++) in.dq[at * headDim + d] = dq[r * padded + d] * factor;
    }
  }
}

// A piece of the work on one sequence and those that continue it, which makes sums of its own: rows [from, to) of `root`,
// and the segments among [first, last) of which it is the prefix.
struct Piece {
  long root, from, to, first, last;
  long sums;   // where the root's keys' gradients are for head 0; the other heads' follow
  bool alone;  // no other piece has this root
};

constexpr long pieceTokens = 256, mostPieces = 24;  // of all heads: more would cost more memory for their sums
// The shape alone says into how many: the order of additions must not depend on the threads.
FT_INLINE long piecesOf(long tokens, const AttentionShape& shape) {
  return tokens == 0 ? 0 : maxOf(1, minOf(ceilDiv(mostPieces, shape.kvHeads), tokens / pieceTokens));
}
// The keys of the root that a piece's rows see.
FT_INLINE long reachOf(const Layout& layout, const Piece& p) { return p.last > p.first ? layout.lengths[p.root] : p.to; }

static long continuing(const Layout& layout, long root) {
  long tokens = 0;
  for (long s = root + 1; s < layout.segments; s++)
    if (layout.prefixes[s] == root) tokens += layout.lengths[s];
  return tokens;
}

// The pieces of one root, of about equal work; returns their number.
static long layPieces(const Layout& layout, const AttentionShape& shape, long root, Piece* out) {
  const long length = layout.lengths[root], others = continuing(layout, root);
  if (length + others <= pieceTokens) {
    out[0] = {root, 0, length, root + 1, layout.segments, 0, true};
    return 1;
  }
  // A row's work grows with its place: equal areas of a triangle.
  const long own = piecesOf(length, shape), shared = piecesOf(others, shape);
  const auto end = [&](long i) { return i == own ? length : (long)(length * __builtin_sqrt((double)i / own)); };
  for (long i = 0; i < own; i++) out[i] = {root, end(i), end(i + 1), 0, 0, 0, own + shared == 1};
  long s = root + 1, tokens = 0;
  for (long i = 0; i < shared; i++) {
    const long first = s;
    for (; s < layout.segments && (tokens < others * (i + 1) / shared || i + 1 == shared); s++)
      if (layout.prefixes[s] == root) tokens += layout.lengths[s];
    out[own + i] = {root, 0, 0, first, s, 0, own + shared == 1};
  }
  return own + shared;
}

static void pieceGradient(const Layout& layout, const AttentionShape& shape, const AttentionInputs& in, const Piece& p,
                          long head, float* sums) {
  const long kvRow = shape.kvHeads * shape.headDim, reach = reachOf(layout, p);
  long longest = 0;
  for (long s = p.first; s < p.last; s++)
    if (layout.prefixes[s] == p.root) longest = maxOf(longest, layout.lengths[s]);
  const long rootFloats = gradientRunFloats(reach, shape), otherFloats = gradientRunFloats(longest, shape);
  float* memory = scratch(fintune::gradients,
                          rootFloats + otherFloats + sumFloats(longest, shape) + (p.alone ? sumFloats(reach, shape) : 0));
  float* otherSums = memory + rootFloats + otherFloats;
  const auto at = [&](long s) { return layout.starts[s] * kvRow + head * shape.headDim; };
  const auto take = [&](long s, long count, float* to, float* dk) {
    return takeGradientRun(in.half, in.k + at(s), in.v + at(s), count, shape, to, dk);
  };
  const GradientRun base = take(p.root, reach, memory, p.alone ? otherSums + sumFloats(longest, shape) : sums);
  segmentGradient(layout, shape, in, p.root, p.from, p.to, head, nullptr, base);
  for (long s = p.first; s < p.last; s++) {
    if (layout.prefixes[s] != p.root) continue;
    const GradientRun own = take(s, layout.lengths[s], memory + rootFloats, otherSums);
    segmentGradient(layout, shape, in, s, 0, layout.lengths[s], head, &base, own);
    storeGradientRun(own, in.dk + at(s), in.dv + at(s), shape);
  }
  if (p.alone) storeGradientRun(base, in.dk + at(p.root), in.dv + at(p.root), shape);
}

// The pieces' sums for one root and head, added in their order.
static void addPieces(const Layout& layout, const AttentionShape& shape, const AttentionInputs& in, const Piece* pieces,
                      long count, long head, const float* sums) {
  const long row = shape.kvHeads * shape.headDim, padded = paddedDim(shape.headDim), root = pieces[0].root;
  const long at = layout.starts[root] * row + head * shape.headDim;
  for (long i = 0; i < layout.lengths[root]; i++) {
    float *dk = in.dk + at + i * row, *dv = in.dv + at + i * row;
    memset(dk, 0, shape.headDim * sizeof(float));
    memset(dv, 0, shape.headDim * sizeof(float));
    for (long p = 0; p < count; p++) {
      const long reach = reachOf(layout, pieces[p]);
      if (i >= reach) continue;
      const float* k = sums + pieces[p].sums + head * sumFloats(reach, shape) + i * padded;
      const float* v = k + reach * padded;
      for (long d = 0; d < shape.headDim; d++) dk[d] += k[d];
      for (long d = 0; d < shape.headDim; d++) dv[d] += v[d];
    }
  }
}

// Each root's work is cut into pieces, so that a long sequence, or a prompt with many completions, is not one thread's;
// no two of them add to one sum.
static void attentionGradient(const Layout& layout, const AttentionShape& shape, bool half, const float* q,
                              const float* k, const float* v, const float* y, const float* logSumExp, const float* dy,
                              float* dq, float* dk, float* dv) {
  const AttentionInputs in = {q, k, v, y, logSumExp, dy, dq, dk, dv, half};
  const long most = 2 * ceilDiv(mostPieces, shape.kvHeads) * layout.segments;
  const long bytes = (layout.segments + 1) * sizeof(long) + most * sizeof(Piece);
  long* roots = (long*)scratch(fintune::sharedToo, bytes / sizeof(float));
  Piece* pieces = (Piece*)(roots + layout.segments + 1);
  long count = 0, rootCount = 0, floats = 0;
  for (long s = 0; s < layout.segments; s++) {
    if (layout.prefixes[s] >= 0) continue;
    roots[rootCount++] = count;  // its first piece
    count += layPieces(layout, shape, s, pieces + count);
  }
  roots[rootCount] = count;
  for (long p = 0; p < count; p++) {
    pieces[p].sums = floats;
    if (!pieces[p].alone) floats += shape.kvHeads * sumFloats(reachOf(layout, pieces[p]), shape);
  }
  float* sums = scratch(fintune::shared, floats + 1);
  parallelFor(count * shape.kvHeads, [&](long index) {
    const Piece& p = pieces[index / shape.kvHeads];
    const long head = index % shape.kvHeads;
    pieceGradient(layout, shape, in, p, head, sums + p.sums + head * sumFloats(reachOf(layout, p), shape));
  });
  parallelFor(rootCount * shape.kvHeads, [&](long index) {
    const long root = index / shape.kvHeads;
    const Piece* first = pieces + roots[root];
    if (!first->alone)
      addPieces(layout, shape, in, first, roots[root + 1] - roots[root], index % shape.kvHeads, sums);
  });
}

}  // namespace FINTUNE_ISA
