// Keys and values kept between tokens, in the form attention reads; and attention of the newest tokens over them.
#pragma once
#include "attention.h"

namespace FINTUNE_ISA {

using fintune::KvStore;

static Run cachedRun(const KvStore& store, const AttentionShape& shape, long run, long kvHead, long count) {
  const long padded = paddedDim(shape.headDim), capacity = store.capacity[run];
  const long kFloats = panelsOf(store.lane[run], capacity) * shape.headDim * NR;
  return {store.k + (long)store.kStart[run] + kvHead * kFloats,
          store.v + (long)store.vStart[run] + kvHead * capacity * padded, count, store.lane[run]};
}

// Row i of k, v [rows, kvHeads·headDim] becomes key position[i] of run[i].
static void kvAppend(const KvStore& store, const AttentionShape& shape, const float* k, const float* v,
                     const int32_t* run, const int32_t* position, long rows) {
  const long row = shape.kvHeads * shape.headDim, padded = paddedDim(shape.headDim);
  parallelRange(rows, 8, [&](long from, long to) {
    for (long i = from; i < to; i++)
      for (long head = 0; head < shape.kvHeads; head++) {
        const Run at = cachedRun(store, shape, run[i], head, 0);
        const long column = i * row + head * shape.headDim;
        putKey((float*)at.k, at.lane + position[i], k + column, shape.headDim);
        putRow((float*)at.v, position[i], v + column, shape.headDim, padded);
      }
  });
}

// Rows that continue one prompt and stand together are taken together, so that the prompt's keys are read once.
static void kvAttend(const KvStore& store, const AttentionShape& shape, const float* q, const int32_t* promptRun,
                     const int32_t* ownRun, const int32_t* promptLength, const int32_t* ownLength, long rows,
                     float* y) {
  const long group = shape.heads / shape.kvHeads, headDim = shape.headDim, padded = paddedDim(headDim);
  const long perThread = ceilDiv(rows * shape.kvHeads, 2 * fintune::threads());
  const long block = maxOf(1, minOf(unitsPerBlock(group), perThread));
  Task* tasks = (Task*)scratch(fintune::sharedToo, 4 * rows + 4);  // segment: first row; unit: rows
  long count = 0;
  for (long i = 0; i < rows;) {
    long units = 1;
    while (units < block && i + units < rows && promptRun[i + units] == promptRun[i]) units++;
    tasks[count++] = {i, units};
    i += units;
  }
  parallelFor(count * shape.kvHeads, [&](long index) {
    const long first = tasks[index / shape.kvHeads].segment, units = tasks[index / shape.kvHeads].unit;
    const long head = index % shape.kvHeads;
    const Run prefix = cachedRun(store, shape, promptRun[first], head, promptLength[first]);
    Run own[64];
    long counts[64];
    for (long u = 0; u < units; u++) {
      counts[u] = ownLength[first + u];
      own[u] = cachedRun(store, shape, ownRun[first + u], head, counts[u]);
    }
    float* queries = scratch(fintune::queries, units * group * (headDim + padded));
    float* out = queries + units * group * headDim;
    takeQueries(q + first * shape.heads * headDim, shape, head, units, queryScale(shape), queries);
    attendRows(queries, units, group, prefix, own, false, counts, headDim, out, nullptr);
    for (long r = 0; r < units * group; r++)
      memcpy(y + ((first + r / group) * shape.heads + head * group + r % group) * headDim, out + r * padded,
             headDim * sizeof(float));
  });
}

}  // namespace FINTUNE_ISA
