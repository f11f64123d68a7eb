// log softmax(hidden·headᵀ / temperature) at the labels, a tile of rows and columns at a time.
//
// The sum of exponentials goes over the vocabulary in tiles of fixed width, merged in order, each tile in vector lanes:
// the same for a row of the trainer and for a row of logits the sampler already holds.
#pragma once
#include "gemm.h"

namespace FINTUNE_ISA {

constexpr long vocabTile = 1024;
constexpr long logprobRows = 8 * MR;

// What is known of a row after some of its vocabulary: the sum of e^(z − max), and of e^(z − max)·(z − max).
struct Softmax {
  float max, sum, weighted;
  int32_t best;
};
constexpr Softmax nothingYet = {-__builtin_inff(), 0.f, 0.f, 0};

FT_INLINE float expOne(float x) { return vexp(splat(x))[0]; }

// z = logit / temperature, in place, spare lanes −infinity; then the row's state takes the tile in.
static void takeTile(Softmax& state, float* z, long from, long count, float temperature) {
  const long whole = ceilDiv(count, VW) * VW;
  for (long j = count; j < whole; j++) z[j] = -__builtin_inff();
  vf largest = splat(-__builtin_inff());
  for (long j = 0; j < whole; j += VW) {
    const vf scaled = load(z + j) / splat(temperature);
    store(z + j, scaled);
    largest = vmax(scaled, largest);
  }
  const float max = maxLanes(largest);
  vf sum = {}, weighted = {};
  for (long j = 0; j < whole; j += VW) {
    const vf less = load(z + j) - splat(max), e = vexp(less);
    sum = sum + e;
    // 0·−∞ would be NaN: beyond exp's range the product is 0
    weighted = weighted + (e > vf{} ? e * less : vf{});
  }
  float tileSum = sumLanes(sum), tileWeighted = sumLanes(weighted);
  if (max > state.max) {
    for (long j = 0; j < count; j++)
      if (z[j] == max) {
        state.best = (int32_t)(from + j);
        break;
      }
    if (state.sum > 0) {
      const float shift = state.max - max, factor = expOne(shift);
      state.weighted = factor > 0 ? factor * (state.weighted + shift * state.sum) : 0.f;
      state.sum *= factor;
    }
    state.max = max;
  } else {
    const float shift = max - state.max, factor = expOne(shift);
    tileWeighted = factor > 0 ? factor * (tileWeighted + shift * tileSum) : 0.f;
    tileSum *= factor;
  }
  state.sum += tileSum;
  state.weighted += tileWeighted;
}

FT_INLINE float logSumExpOf(const Softmax& state) { return state.max + logf(state.sum); }

// What a row gives when all of its vocabulary was seen; z: the label's logit / temperature.
FT_INLINE void finishRow(const Softmax& state, float z, float* logprob, float* logSumExp, float* entropy, int32_t* argmax) {
  *logSumExp = logSumExpOf(state);
  *logprob = z - *logSumExp;
  *entropy = logf(state.sum) - state.weighted / state.sum;
  *argmax = state.best;
}

// Some rows of hidden states against the head's panels.
struct LogitRows {
  HalfRows hidden;  // as given, or packed for a half product
  const float* head;
  long rows, width;
  bool half;
};

// Even shares of the rows, of at most logprobRows each.
template <class Body>
static void shareLogitRows(long rows, bool half, const Body& body) {
  const long unit = unitOf(half), units = ceilDiv(rows, unit), threads = fintune::threads();
  const long shares = minOf(units, ceilDiv(ceilDiv(rows, logprobRows), threads) * threads);
  parallelFor(shares, [&](long i) { body(i * units / shares * unit, minOf(rows, (i + 1) * units / shares * unit)); });
}

static LogitRows logitRows(const float* hidden, const float* head, long rows, long width, bool half) {
  if (!half) return {{hidden, width, 1, width}, head, rows, width, false};
  float* packed = scratch(fintune::packA, rowWords(rows, pairsOf(width)));
  return {packRowsHalf(hidden, width, 1, rows, width, packed), head, rows, width, true};
}

// Logits for the vocabulary [from, from + count), [rows, tileRow] with tileRow a multiple of NR.
static void logitTile(const LogitRows& in, long from, long count, float* logits, long tileRow) {
  const long panels = ceilDiv(count, NR), width = in.width;
  if (!in.half)
    return tile(in.rows, panels, width, in.hidden.a, width, 1, in.head + from * width, NR, width * NR, logits, tileRow,
                false);
  const long pairs = pairsOf(width);
  const uint32_t* head = (const uint32_t*)in.head + from * pairs;
  tileHalf(in.rows, panels, {pairs, in.hidden, head, pairs * NR, logits, tileRow, false, plain});
}

static void tokenLogprobs(const float* hidden, const float* head, long rows, long width, long vocab,
                          const int32_t* labels, float temperature, bool half, float* logprobs, float* logSumExp,
                          float* entropy, int32_t* argmax) {
  shareLogitRows(rows, half, [&](long from, long to) {
    float* logits = scratch(fintune::scores, (to - from) * vocabTile);
    Softmax states[logprobRows];
    for (long r = from; r < to; r++) states[r - from] = nothingYet;
    const LogitRows in = logitRows(hidden + from * width, head, to - from, width, half);
    for (long v = 0; v < vocab && !fintune::cancelled(); v += vocabTile) {
      const long count = minOf(vocabTile, vocab - v);
      logitTile(in, v, count, logits, vocabTile);
      for (long r = from; r < to; r++) {
        float* z = logits + (r - from) * vocabTile;
        takeTile(states[r - from], z, v, count, temperature);
        if (labels[r] >= v && labels[r] < v + count) logprobs[r] = z[labels[r] - v];
      }
    }
    for (long r = from; r < to; r++)
      finishRow(states[r - from], logprobs[r], logprobs + r, logSumExp + r, entropy + r, argmax + r);
  });
}

// d = dy · d logprob / d logit = dy · (onehot − softmax) / temperature from z = logit / temperature, in place.
static void turnIntoGradient(float* d, long count, float logSumExp, float share) {
  const vf lse = splat(logSumExp), minus = splat(-share);
  for (long j = 0; j < ceilDiv(count, NR) * NR; j += VW) store(d + j, minus * vexp(load(d + j) - lse));
}

// The gradient of the logits from the log Σ exp that is already known, [rows, vocab up to a whole panel].
static void logitGradient(const float* hidden, const float* head, long rows, long width, long vocab,
                          const int32_t* labels, float temperature, bool half, const float* logSumExp, const float* dy,
                          float* dLogits) {
  const long row = ceilDiv(vocab, NR) * NR;
  const vf t = splat(temperature);
  shareLogitRows(rows, half, [&](long from, long to) {
    const LogitRows in = logitRows(hidden + from * width, head, to - from, width, half);
    for (long v = 0; v < vocab && !fintune::cancelled(); v += vocabTile) {
      const long count = minOf(vocabTile, vocab - v);
      logitTile(in, v, count, dLogits + from * row + v, row);
      for (long r = from; r < to; r++) {
        float* d = dLogits + r * row + v;
        for (long j = 0; j < ceilDiv(count, NR) * NR; j += VW) store(d + j, load(d + j) / t);
        turnIntoGradient(d, count, logSumExp[r], dy[r] / temperature);
      }
    }
    for (long r = from; r < to; r++) dLogits[r * row + labels[r]] += dy[r] / temperature;
  });
}

// tokenLogprobs and, where dy is known before the pass, logitGradient from the same logits.
static void tokenLogprobsGradient(const float* hidden, const float* head, long rows, long width, long vocab,
                                  const int32_t* labels, float temperature, bool half, const float* dy,
                                  float* logprobs, float* logSumExp, float* entropy, int32_t* argmax, float* dLogits) {
  const long row = ceilDiv(vocab, NR) * NR;
  shareLogitRows(rows, half, [&](long from, long to) {
    Softmax states[logprobRows];
    for (long r = from; r < to; r++) states[r - from] = nothingYet;
    const LogitRows in = logitRows(hidden + from * width, head, to - from, width, half);
    for (long v = 0; v < vocab && !fintune::cancelled(); v += vocabTile) {
      const long count = minOf(vocabTile, vocab - v);
      logitTile(in, v, count, dLogits + from * row + v, row);
      for (long r = from; r < to; r++) takeTile(states[r - from], dLogits + r * row + v, v, count, temperature);
    }
    for (long r = from; r < to && !fintune::cancelled(); r++) {
      float* z = dLogits + r * row;
      finishRow(states[r - from], z[labels[r]], logprobs + r, logSumExp + r, entropy + r, argmax + r);
      turnIntoGradient(z, vocab, logSumExp[r], dy[r] / temperature);
      z[labels[r]] += dy[r] / temperature;
    }
  });
}

typedef double vd __attribute__((vector_size(VW * 8)));
constexpr long drawBlock = 1024;  // tokens whose weights are summed first, so that the search reads few of them again

// The first token at which the cumulated weight e^((logit − highest) / temperature) exceeds uniform · total. Weights are
// float32, their sums float64: lane by lane within a block, then block by block.
static long drawToken(const float* logits, long vocab, float temperature, double uniform) {
  vf largest = splat(-__builtin_inff());
  long j = 0;
  for (; j + VW <= vocab; j += VW) largest = vmax(load(logits + j), largest);
  float highest = maxLanes(largest);
  for (; j < vocab; j++) highest = logits[j] > highest ? logits[j] : highest;
  const long blocks = ceilDiv(vocab, drawBlock);
  float* weights = scratch(fintune::scores, ceilDiv(vocab, VW) * VW);
  double* sums = (double*)scratch(fintune::outputs, 2 * blocks);
  parallelRange(blocks, 4, [&](long from, long to) {
    for (long b = from; b < to; b++) {
      vd sum = {};
      for (long i = b * drawBlock; i < minOf(vocab, (b + 1) * drawBlock); i += VW) {
        store(weights + i, vf{});
        storeUpTo(weights + i, vexp((loadUpTo(logits + i, vocab - i) - splat(highest)) / splat(temperature)), vocab - i);
        sum += __builtin_convertvector(load(weights + i), vd);
      }
      sums[b] = 0;
      for (int lane = 0; lane < VW; lane++) sums[b] += sum[lane];
    }
  });
  double total = 0;
  for (long b = 0; b < blocks; b++) total += sums[b];
  const double target = uniform * total;
  double sum = 0;
  long block = 0;
  for (long b = 0; b < blocks; b++) {
    if (sums[b] == 0) continue;
    if (b > 0) sum += sums[block];
    block = b;
    if (sum + sums[b] > target) break;
  }
  long last = 0;
  for (long i = block * drawBlock; i < minOf(vocab, (block + 1) * drawBlock); i++) {
    if (weights[i] == 0.f) continue;
    sum += weights[i];
    last = i;
    if (sum > target) break;
  }
  return last;
}

static void rowLogSumExp(const float* logits, long rows, long vocab, float temperature, float* y) {
  parallelRange(rows, 4, [&](long from, long to) {
    float* z = scratch(fintune::scores, vocabTile);
    for (long r = from; r < to; r++) {
      Softmax state = nothingYet;
      for (long v = 0; v < vocab; v += vocabTile) {
        const long count = minOf(vocabTile, vocab - v);
        memcpy(z, logits + r * vocab + v, count * sizeof(float));
        takeTile(state, z, v, count, temperature);
      }
      y[r] = logSumExpOf(state);
    }
  });
}

}  // namespace FINTUNE_ISA
