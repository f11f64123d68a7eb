// fintune::parallel with a lambda.
#pragma once
#include "kernels.h"
#include "pool.h"
#include "vector.h"

namespace FINTUNE_ISA {

using fintune::scratch;

template <class Body>
static void parallelFor(long count, const Body& body) {
  fintune::parallel(
      count, [](void* context, long index) { (*static_cast<const Body*>(context))(index); },
      const_cast<void*>(static_cast<const void*>(&body)));
}

// Splits [0, n) into pieces of `piece` (the last may be shorter); work too small to share stays on this thread.
template <class Body>
static void parallelRange(long n, long piece, const Body& body) {
  parallelFor(ceilDiv(n, piece), [&](long index) { body(index * piece, minOf(n, (index + 1) * piece)); });
}

}  // namespace FINTUNE_ISA
