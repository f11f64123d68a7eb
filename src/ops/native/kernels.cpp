// All kernels for one instruction set: FINTUNE_ISA names it, the compiler's -m options make it so (build.mjs).
#include "kernels.h"

#include "attention.h"
#include "elementwise.h"
#include "gemm.h"
#include "kvCache.h"
#include "logprobs.h"
#include "mlpBlock.h"
#include "optimizer.h"
#include "projectHeads.h"
#include "rmsNorm.h"
#include "rotary.h"

#define FT_QUOTE(x) #x
#define FT_STRING(x) FT_QUOTE(x)
#define FT_JOIN(a, b) a##b
#define FT_TABLE(isa) FT_JOIN(isa, Kernels)

namespace fintune {

const Kernels* FT_TABLE(FINTUNE_ISA)() {
  namespace isa = ::FINTUNE_ISA;
  static const Kernels table = {
      FT_STRING(FINTUNE_ISA),
      isa::NR,
      isa::fewRows,
      isa::pairStep,
      isa::tileRows,
      isa::wordsOfPair,
      isa::pack,
      isa::gemm,
      isa::add,
      isa::multiply,
      isa::scale,
      isa::columnSum,
      isa::swiGlu,
      isa::swiGluGradient,
      isa::mlpBlock,
      isa::mlpBlockGradient,
      isa::projectHeads,
      isa::projectHeadsGradient,
      isa::expAll,
      isa::rmsNorm,
      isa::rmsNormGradient,
      isa::rotary,
      isa::gatherRows,
      isa::scatterRows,
      isa::attention,
      isa::attentionGradient,
      isa::kvAppend,
      isa::kvAttend,
      isa::tokenLogprobs,
      isa::logitGradient,
      isa::tokenLogprobsGradient,
      isa::drawToken,
      isa::rowLogSumExp,
      isa::adamW,
      isa::sumOfSquares,
  };
  return &table;
}

}  // namespace fintune
