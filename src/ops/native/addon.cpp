// The kernels as JavaScript functions over typed arrays, zero-copy. Sizes are checked here once more: a wrong shape is an
// exception, never a read past an array's end.
#include <node_api.h>
#if defined(FINTUNE_X86_KERNELS)
#include <cpuid.h>
#if defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif
#endif
#if defined(__linux__)
#include <sys/mman.h>
#endif

#include <cstdlib>
#include <cstring>
#include <exception>
#include <stdexcept>
#include <string>

#include "kernels.h"
#include "pool.h"

#ifndef FINTUNE_COMPILER
#define FINTUNE_COMPILER "unknown"
#endif

namespace {

const fintune::Kernels* kernels = nullptr;

#ifdef FINTUNE_X86_KERNELS
bool hasAvx2() { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }
bool hasAvx512() {
  return hasAvx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
}
bool hasAvx512Bf16() { return hasAvx512() && __builtin_cpu_supports("avx512bf16"); }

// Tiles: the CPU's bits (leaf 7: AMX-TILE and AMX-BF16), and the kernel's leave to use their registers, which are large
// and given only to processes that ask (Linux' Documentation/arch/x86/xstate.rst).
bool hasAmx() {
#ifdef __linux__
  unsigned a, b, c, d;
  constexpr unsigned tile = 1u << 24, bf16 = 1u << 22;
  constexpr long requestPermission = 0x1023, tileData = 18;
  return hasAvx512Bf16() && __get_cpuid_count(7, 0, &a, &b, &c, &d) && (d & tile) && (d & bf16) &&
         syscall(SYS_arch_prctl, requestPermission, tileData) == 0;
#else
  return false;
#endif
}
#endif

struct Path {
  const char* name;
  bool (*supported)();
  const fintune::Kernels* (*table)();
};

// The best first.
const Path paths[] = {
#ifdef FINTUNE_X86_KERNELS
    {"amx", hasAmx, fintune::amxKernels},
    {"avx512_bf16", hasAvx512Bf16, fintune::avx512_bf16Kernels},
    {"avx512", hasAvx512, fintune::avx512Kernels},
    {"avx2", hasAvx2, fintune::avx2Kernels},
#endif
    {"portable", [] { return true; }, fintune::portableKernels},
};

// The best instruction set this CPU has, or the one asked for; null when it lacks that.
const fintune::Kernels* choose(const std::string& wanted) {
  for (const Path& path : paths)
    if ((wanted.empty() || wanted == path.name) && path.supported()) return path.table();
  return nullptr;
}

struct Arguments {
  napi_env env;
  napi_value values[32];
  size_t count = 32;

  double number(int i) const {
    double value;
    if (napi_get_value_double(env, values[i], &value) != napi_ok) fail(i, "a number");
    return value;
  }
  long size(int i) const {
    const double value = number(i);
    if (!(value >= 0)) fail(i, "a size");
    return static_cast<long>(value);
  }
  bool flag(int i) const {
    bool value;
    if (napi_get_value_bool(env, values[i], &value) != napi_ok) fail(i, "a boolean");
    return value;
  }
  bool isNull(int i) const {
    napi_valuetype type;
    return napi_typeof(env, values[i], &type) == napi_ok && (type == napi_null || type == napi_undefined);
  }
  // A flag that may be left out.
  bool flagOrFalse(int i) const { return i < static_cast<int>(count) && !isNull(i) && flag(i); }
  float* floats(int i, double least) const { return static_cast<float*>(array(i, napi_float32_array, least)); }
  float* floatsOrNull(int i, double least) const { return isNull(i) ? nullptr : floats(i, least); }
  int32_t* integers(int i, double least) const { return static_cast<int32_t*>(array(i, napi_int32_array, least)); }
  double* doubles(int i, double least) const { return static_cast<double*>(array(i, napi_float64_array, least)); }
  long lengthOf(int i) const {
    size_t length;
    if (napi_get_typedarray_info(env, values[i], nullptr, &length, nullptr, nullptr, nullptr) != napi_ok)
      fail(i, "a typed array");
    return static_cast<long>(length);
  }

 private:
  void* array(int i, napi_typedarray_type wanted, double least) const {
    napi_typedarray_type type;
    size_t length;
    void* data;
    if (napi_get_typedarray_info(env, values[i], &type, &length, &data, nullptr, nullptr) != napi_ok || type != wanted)
      fail(i, "a typed array of the right type");
    if (static_cast<double>(length) < least) fail(i, "a longer array");
    return data;
  }
  [[noreturn]] static void fail(int i, const char* wanted) {
    throw std::invalid_argument("native kernel: argument " + std::to_string(i) + " should be " + wanted);
  }
};

typedef napi_value (*Body)(const Arguments&);

// What computes ends with an error where it was cancelled: its results are not whole.
template <Body body, bool computes>
napi_value call(napi_env env, napi_callback_info info) {
  Arguments arguments;
  arguments.env = env;
  napi_get_cb_info(env, info, &arguments.count, arguments.values, nullptr, nullptr);
  try {
    napi_value result = body(arguments);
    if (!computes || !fintune::cancelled()) return result;
    napi_throw_error(env, "ERR_CANCELLED", "native kernel: cancelled");
  } catch (const std::bad_alloc&) {
    napi_throw_error(env, "ERR_MEMORY_ALLOCATION_FAILED", "native kernel: out of memory");
  } catch (const std::exception& error) {
    napi_throw_error(env, nullptr, error.what());
  }
  return nullptr;
}

double product(long a, long b) { return static_cast<double>(a) * static_cast<double>(b); }
double strided(long rows, long rowStride, long columns, long columnStride) {
  return rows == 0 || columns == 0 ? 0 : product(rows - 1, rowStride) + product(columns - 1, columnStride) + 1;
}
// Floats (or, of bfloat16, pairs) in the panels of a matrix [K, N].
double packedSize(long K, long N, bool half) {
  const long width = kernels->panelWidth, step = 2 * kernels->pairStep;
  return product((N + width - 1) / width * width, half ? (K + step - 1) / step * kernels->pairStep : K);
}
// Floats of a left side [M, K] packed for products of bfloat16.
double packedRowsSize(long M, long K) {
  const long tile = kernels->tileRows, step = 2 * kernels->pairStep;
  return product((M + tile - 1) / tile * tile, (K + step - 1) / step * kernels->pairStep * kernels->wordsOfPair);
}
void requireRange(const int32_t* values, long count, long bound, const char* name) {
  for (long i = 0; i < count; i++)
    if (values[i] < 0 || values[i] >= bound) throw std::invalid_argument(std::string("native kernel: ") + name);
}

napi_value text(napi_env env, const char* value) {
  napi_value result;
  napi_create_string_utf8(env, value, NAPI_AUTO_LENGTH, &result);
  return result;
}
napi_value real(napi_env env, double value) {
  napi_value result;
  napi_create_double(env, value, &result);
  return result;
}

// useKernels(isa or ''): the name of the instruction set in use; '' when this CPU lacks the one asked for
napi_value useKernels(const Arguments& a) {
  char wanted[32] = {};
  napi_get_value_string_utf8(a.env, a.values[0], wanted, sizeof wanted, nullptr);
  const fintune::Kernels* chosen = choose(wanted);
  if (chosen == nullptr) return text(a.env, "");
  kernels = chosen;
  return text(a.env, kernels->name);
}
napi_value panelWidth(const Arguments& a) { return real(a.env, static_cast<double>(kernels->panelWidth)); }
// rowsForAll(): so many rows give each thread enough of them
napi_value rowsForAll(const Arguments& a) {
  return real(a.env, static_cast<double>(kernels->fewRows * fintune::threads()));
}
napi_value compiler(const Arguments& a) { return text(a.env, FINTUNE_COMPILER); }
napi_value cpuFeatures(const Arguments& a) {
  std::string found;
#ifdef FINTUNE_X86_KERNELS
#define FT_FEATURE(name) \
  if (__builtin_cpu_supports(name)) found += found.empty() ? name : " " name
  FT_FEATURE("sse4.2");
  FT_FEATURE("avx");
  FT_FEATURE("avx2");
  FT_FEATURE("fma");
  FT_FEATURE("avx512f");
  FT_FEATURE("avx512bw");
  FT_FEATURE("avx512vnni");
  FT_FEATURE("avx512bf16");
  if (hasAmx()) found += " amx";
#elif defined(__aarch64__)
  found = "neon";
#endif
  return text(a.env, found.c_str());
}
napi_value setThreads(const Arguments& a) {
  fintune::setThreads(static_cast<int>(a.size(0)));
  return nullptr;
}

#ifdef __linux__
constexpr size_t hugePage = size_t(1) << 21;

// Whole huge pages: one page fault for each 2 MiB instead of 512, and as many fewer misses of the TLB.
void* mapHuge(size_t bytes) {
  void* mapped = mmap(nullptr, bytes + hugePage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) throw std::bad_alloc();
  char *start = static_cast<char*>(mapped), *end = start + bytes + hugePage;
  char* aligned = reinterpret_cast<char*>((reinterpret_cast<uintptr_t>(start) + hugePage - 1) / hugePage * hugePage);
  if (aligned > start) munmap(start, aligned - start);
  if (end > aligned + bytes) munmap(aligned + bytes, end - aligned - bytes);
  madvise(aligned, bytes, MADV_HUGEPAGE);  // a wish: where the kernel has none, ordinary pages do
  return aligned;
}
void unmap(napi_env, void* data, void* bytes) { munmap(data, reinterpret_cast<size_t>(bytes)); }
#endif

// allocate(bytes): an ArrayBuffer of zeros, in huge pages where it is large and the system has them
napi_value allocate(const Arguments& a) {
  const size_t bytes = static_cast<size_t>(a.size(0));
  napi_value result;
#ifdef __linux__
  if (bytes >= hugePage) {
    const size_t whole = (bytes + 4095) / 4096 * 4096;
    void* data = mapHuge(whole);
    if (napi_create_external_arraybuffer(a.env, data, bytes, unmap, reinterpret_cast<void*>(whole), &result) == napi_ok)
      return result;
    munmap(data, whole);  // a Node without external array buffers
  }
#endif
  void* data;
  if (napi_create_arraybuffer(a.env, bytes, &data, &result) != napi_ok) throw std::bad_alloc();
  return result;
}
// discard(buffer): gives the memory of an ArrayBuffer from allocate, which nobody reads any more, back to the system now;
// its addresses go when it is collected
napi_value discard(const Arguments& a) {
#ifdef __linux__
  void* data;
  size_t bytes;
  if (napi_get_arraybuffer_info(a.env, a.values[0], &data, &bytes) != napi_ok)
    throw std::invalid_argument("native kernel: argument 0 should be an ArrayBuffer");
  if (bytes >= hugePage && reinterpret_cast<uintptr_t>(data) % hugePage == 0) madvise(data, bytes / 4096 * 4096, MADV_DONTNEED);
#endif
  return nullptr;
}

// packedLength(K, N, half): what pack fills
napi_value packedLength(const Arguments& a) { return real(a.env, packedSize(a.size(0), a.size(1), a.flag(2))); }
// hasFastHalf(): whether bfloat16 products run in instructions of their own here
napi_value hasFastHalf(const Arguments& a) {
  napi_value result;
  napi_get_boolean(a.env, !strcmp(kernels->name, "amx") || !strcmp(kernels->name, "avx512_bf16"), &result);
  return result;
}
// watchCancel(flag [1] of int32, shared memory, or null): kernels called by this thread end with an error once it is not 0
napi_value watchCancel(const Arguments& a) {
  fintune::watchCancel(a.isNull(0) ? nullptr : a.integers(0, 1));
  return nullptr;
}

// packedRowsLength(M, K): floats of a left side as mlpBlockGradient packs it
napi_value packedRowsLength(const Arguments& a) { return real(a.env, packedRowsSize(a.size(0), a.size(1))); }

// pack(weight, K, N, transposed, out, half?)
napi_value pack(const Arguments& a) {
  const long K = a.size(1), N = a.size(2);
  const bool half = a.flagOrFalse(5);
  kernels->pack(a.floats(0, product(K, N)), K, N, a.flag(3), half, a.floats(4, packedSize(K, N, half)));
  return nullptr;
}

// gemm(M, N, K, a, aRow, aColumn, b, packed, bRow, c, cRow, accumulate, alpha, bias, half?); aRow 0: a is packed
napi_value gemm(const Arguments& a) {
  fintune::Gemm g;
  g.M = a.size(0);
  g.N = a.size(1);
  g.K = a.size(2);
  g.packed = a.flag(7);
  g.half = a.flagOrFalse(14);
  g.aPacked = g.half && a.size(4) == 0;
  g.aRow = g.aPacked ? 1 : a.size(4);
  g.aColumn = g.aPacked ? 0 : a.size(5);
  g.a = a.floats(3, g.aPacked ? packedRowsSize(g.M, g.K) : strided(g.M, g.aRow, g.K, g.aColumn));
  if (g.half && !g.aPacked && g.aRow != 1 && g.aColumn != 1)
    throw std::invalid_argument("native kernel: of bfloat16 products, A's rows or its columns must lie side by side");
  g.bRow = a.size(8);
  g.b = a.floats(6, g.packed ? packedSize(g.K, g.N, g.half) : strided(g.K, g.bRow, g.N, 1));
  g.cRow = a.size(10);
  g.c = a.floats(9, strided(g.M, g.cRow, g.N, 1));
  g.accumulate = a.flag(11);
  g.alpha = static_cast<float>(a.number(12));
  g.bias = a.floatsOrNull(13, static_cast<double>(g.N));
  kernels->gemm(g);
  return nullptr;
}

// add(a, b, y), multiply(a, b, y), scale(a, by, y), exp(x, y): y's length counts
napi_value add(const Arguments& a) {
  const long n = a.lengthOf(2);
  kernels->add(a.floats(0, n), a.floats(1, n), a.floats(2, n), n);
  return nullptr;
}
napi_value multiply(const Arguments& a) {
  const long n = a.lengthOf(2);
  kernels->multiply(a.floats(0, n), a.floats(1, n), a.floats(2, n), n);
  return nullptr;
}
napi_value scale(const Arguments& a) {
  const long n = a.lengthOf(2);
  kernels->scale(a.floats(0, n), static_cast<float>(a.number(1)), a.floats(2, n), n);
  return nullptr;
}
napi_value exponential(const Arguments& a) {
  const long n = a.lengthOf(1);
  kernels->exp(a.floats(0, n), a.floats(1, n), n);
  return nullptr;
}
// columnSum(x, rows, width, y)
napi_value columnSum(const Arguments& a) {
  const long rows = a.size(1), width = a.size(2);
  kernels->columnSum(a.floats(0, product(rows, width)), rows, width, a.floats(3, width));
  return nullptr;
}
// swiGlu(gate, up, y), swiGluGradient(gate, up, dy, dGate, dUp)
napi_value swiGlu(const Arguments& a) {
  const long n = a.lengthOf(2);
  kernels->swiGlu(a.floats(0, n), a.floats(1, n), a.floats(2, n), n);
  return nullptr;
}
napi_value swiGluGradient(const Arguments& a) {
  const long n = a.lengthOf(2);
  kernels->swiGluGradient(a.floats(0, n), a.floats(1, n), a.floats(2, n), a.floats(3, n), a.floats(4, n), n);
  return nullptr;
}

// rows, width, inner, norm, eps, gate panels, up panels, down panels, half from argument 0 on; `back`: of the transposes
fintune::MlpBlock mlpBlockAt(const Arguments& a, bool back) {
  const long rows = a.size(0), width = a.size(1), inner = a.size(2);
  const bool half = a.flag(8);
  const double in = packedSize(width, inner, half), out = packedSize(inner, width, half);
  return {rows, width, inner, a.floats(3, width), static_cast<float>(a.number(4)), a.floats(5, back ? out : in),
          a.floats(6, back ? out : in), a.floats(7, back ? in : out), half};
}
// Floats that each of gate and up take.
double keptByMlp(const fintune::MlpBlock& m) { return product(m.rows, m.half ? (m.inner + 1) / 2 : m.inner); }
// mlpBlock(<weights>, x, gate, up, y)
// mlpBlockGradient(<weights>, x, dy, gate, up, dx, dNorm, dGate, dUp, activated, normed)
napi_value mlpBlock(const Arguments& a) {
  const fintune::MlpBlock m = mlpBlockAt(a, false);
  const double n = product(m.rows, m.width), kept = keptByMlp(m);
  kernels->mlpBlock(m, a.floats(9, n), a.floats(10, kept), a.floats(11, kept), a.floats(12, n));
  return nullptr;
}
napi_value mlpBlockGradient(const Arguments& a) {
  const fintune::MlpBlock m = mlpBlockAt(a, true);
  const double n = product(m.rows, m.width), kept = keptByMlp(m);
  const double columns = m.half ? packedRowsSize(m.inner, m.rows) : kept;
  kernels->mlpBlockGradient(m, a.floats(9, n), a.floats(10, n), a.floats(11, kept), a.floats(12, kept),
                            {a.floats(13, n), a.floats(14, m.width), a.floats(15, columns), a.floats(16, columns),
                             a.floats(17, m.half ? packedSize(m.rows, m.inner, true) : kept),
                             a.floats(18, m.half ? packedSize(m.rows, m.width, true) : n)});
  return nullptr;
}

// rows, width, norm, eps, half, positions, cosine, sine, halfDim, then width and panels of q, k and v from argument 0 on
fintune::HeadProjections projectionsAt(const Arguments& a, bool back) {
  fintune::HeadProjections h = {a.size(0), a.size(1), nullptr, static_cast<float>(a.number(3)), {}, nullptr, nullptr,
                                nullptr, a.size(8), a.flag(4)};
  h.norm = a.floats(2, h.width);
  h.positions = a.integers(5, h.rows);
  const long table = h.halfDim == 0 ? 0 : a.lengthOf(6) / h.halfDim;
  requireRange(h.positions, h.rows, table, "a position lies outside the rotary table");
  h.cosine = a.floats(6, 0);
  h.sine = a.floats(7, product(table, h.halfDim));
  for (int i = 0; i < 3; i++) {
    const long width = a.size(9 + 2 * i);
    if (i < 2 && (h.halfDim == 0 || width % (2 * h.halfDim) != 0))
      throw std::invalid_argument("native kernel: heads of another size than the rotary table's");
    const double panels = back ? packedSize(width, h.width, h.half) : packedSize(h.width, width, h.half);
    h.projections[i] = {width, a.floats(10 + 2 * i, panels), nullptr, i < 2};
  }
  return h;
}
// projectHeads(<projections>, biases of q, k and v or null, x, q, k, v)
napi_value projectHeads(const Arguments& a) {
  fintune::HeadProjections h = projectionsAt(a, false);
  float* y[3];
  for (int i = 0; i < 3; i++) {
    const long width = h.projections[i].width;
    h.projections[i].bias = a.floatsOrNull(15 + i, width);
    y[i] = a.floats(19 + i, product(h.rows, width));
  }
  kernels->projectHeads(h, a.floats(18, product(h.rows, h.width)), y);
  return nullptr;
}
// projectHeadsGradient(<projections>, x, dq, dk, dv, more, dx, dNorm, normed, then of q, k and v: turnedBack (of floats not
// of v), dBias or null)
napi_value projectHeadsGradient(const Arguments& a) {
  const fintune::HeadProjections h = projectionsAt(a, true);
  const double n = product(h.rows, h.width);
  fintune::HeadGradients to = {a.floats(20, n), a.floats(21, h.width), {}, {},
                               a.floats(22, h.half ? packedSize(h.rows, h.width, true) : n)};
  const float* dy[3];
  for (int i = 0; i < 3; i++) {
    const fintune::HeadProjection& p = h.projections[i];
    const double size = product(h.rows, p.width);
    dy[i] = a.floats(16 + i, size);
    to.turnedBack[i] = h.half ? a.floats(23 + 2 * i, packedRowsSize(p.width, h.rows))
                       : p.turns ? a.floats(23 + 2 * i, size) : nullptr;
    to.bias[i] = a.floatsOrNull(24 + 2 * i, p.width);
  }
  kernels->projectHeadsGradient(h, a.floats(15, n), dy, a.floats(19, n), to);
  return nullptr;
}

// rmsNorm(x, weight, eps, rows, width, y), rmsNormGradient(x, weight, dy, eps, rows, width, dx, dWeight)
napi_value rmsNorm(const Arguments& a) {
  const long rows = a.size(3), width = a.size(4);
  const double n = product(rows, width);
  kernels->rmsNorm(a.floats(0, n), a.floats(1, width), static_cast<float>(a.number(2)), rows, width, a.floats(5, n));
  return nullptr;
}
napi_value rmsNormGradient(const Arguments& a) {
  const long rows = a.size(4), width = a.size(5);
  const double n = product(rows, width);
  kernels->rmsNormGradient(a.floats(0, n), a.floats(1, width), a.floats(2, n), static_cast<float>(a.number(3)), rows,
                           width, a.floats(6, n), a.floats(7, width));
  return nullptr;
}

// rotary(x, positions, cosine, sine, sign, rows, width, half, y)
napi_value rotary(const Arguments& a) {
  const long rows = a.size(5), width = a.size(6), half = a.size(7);
  const double n = product(rows, width);
  const int32_t* positions = a.integers(1, rows);
  const long table = half == 0 ? 0 : a.lengthOf(2) / half;
  requireRange(positions, rows, table, "a position lies outside the rotary table");
  kernels->rotary(a.floats(0, n), positions, a.floats(2, 0), a.floats(3, product(table, half)),
                  static_cast<float>(a.number(4)), rows, width, half, a.floats(8, n));
  return nullptr;
}

// gatherRows(x, xRows, rows, width, y), scatterRows(dy, rows, width, dx, dxRows): dx[rows[i]] += dy[i]
napi_value gatherRows(const Arguments& a) {
  const long xRows = a.size(1), count = a.lengthOf(2), width = a.size(3);
  const int32_t* rows = a.integers(2, 0);
  requireRange(rows, count, xRows, "a row index is out of range");
  kernels->gatherRows(a.floats(0, product(xRows, width)), rows, count, width, a.floats(4, product(count, width)));
  return nullptr;
}
napi_value scatterRows(const Arguments& a) {
  const long count = a.lengthOf(1), width = a.size(2), dxRows = a.size(4);
  const int32_t* rows = a.integers(1, 0);
  requireRange(rows, count, dxRows, "a row index is out of range");
  kernels->scatterRows(a.floats(0, product(count, width)), rows, count, width, a.floats(3, product(dxRows, width)));
  return nullptr;
}

// starts, lengths, prefixes, heads, kvHeads, headDim from argument i on
fintune::Layout layoutAt(const Arguments& a, int i) {
  fintune::Layout layout = {0, a.lengthOf(i), a.integers(i, 0), nullptr, nullptr};
  layout.lengths = a.integers(i + 1, layout.segments);
  layout.prefixes = a.integers(i + 2, layout.segments);
  for (long s = 0; s < layout.segments; s++) {
    const int32_t prefix = layout.prefixes[s];
    if (layout.starts[s] != layout.tokens || layout.lengths[s] < 0)
      throw std::invalid_argument("native kernel: segments must cover the rows in order");
    if (prefix >= s || (prefix >= 0 && layout.prefixes[prefix] >= 0))
      throw std::invalid_argument("native kernel: a prefix must be an earlier segment without prefix");
    layout.tokens += layout.lengths[s];
  }
  return layout;
}
fintune::AttentionShape shapeAt(const Arguments& a, int i) {
  const fintune::AttentionShape shape = {a.size(i), a.size(i + 1), a.size(i + 2)};
  if (shape.kvHeads < 1 || shape.headDim < 1 || shape.heads % shape.kvHeads || shape.heads / shape.kvHeads > 64)
    throw std::invalid_argument("native kernel: heads must be a multiple of kvHeads, at most 64 of them");
  return shape;
}

// attention(starts, lengths, prefixes, heads, kvHeads, headDim, q, k, v, y, logSumExp or null)
napi_value attention(const Arguments& a) {
  const fintune::Layout layout = layoutAt(a, 0);
  const fintune::AttentionShape shape = shapeAt(a, 3);
  const double n = product(layout.tokens, shape.heads * shape.headDim);
  const double kv = product(layout.tokens, shape.kvHeads * shape.headDim);
  kernels->attention(layout, shape, a.floats(6, n), a.floats(7, kv), a.floats(8, kv), a.floats(9, n),
                     a.floatsOrNull(10, product(layout.tokens, shape.heads)));
  return nullptr;
}
// attentionGradient(…, q, k, v, y, logSumExp, dy, dq, dk, dv, half?)
napi_value attentionGradient(const Arguments& a) {
  const fintune::Layout layout = layoutAt(a, 0);
  const fintune::AttentionShape shape = shapeAt(a, 3);
  const double n = product(layout.tokens, shape.heads * shape.headDim);
  const double kv = product(layout.tokens, shape.kvHeads * shape.headDim);
  kernels->attentionGradient(layout, shape, a.flagOrFalse(15), a.floats(6, n), a.floats(7, kv), a.floats(8, kv),
                             a.floats(9, n), a.floats(10, product(layout.tokens, shape.heads)), a.floats(11, n),
                             a.floats(12, n), a.floats(13, kv), a.floats(14, kv));
  return nullptr;
}

// k, v, kStart, vStart, lane, capacity, heads, kvHeads, headDim from argument 0 on
fintune::KvStore storeOf(const Arguments& a, const fintune::AttentionShape& shape) {
  const long runs = a.lengthOf(2), width = kernels->panelWidth;
  const fintune::KvStore store = {a.floats(0, 0),       a.floats(1, 0),         a.doubles(2, 0), a.doubles(3, runs),
                                  a.integers(4, runs), a.integers(5, runs), runs};
  for (long r = 0; r < runs; r++) {
    const long panels = (store.lane[r] + store.capacity[r] + width - 1) / width;
    const double k = store.kStart[r] + product(shape.kvHeads * shape.headDim * width, panels);
    const double v = store.vStart[r] + product(shape.kvHeads * store.capacity[r], (shape.headDim + width - 1) / width * width);
    if (k > a.lengthOf(0) || v > a.lengthOf(1)) throw std::invalid_argument("native kernel: KvCache is too small");
  }
  return store;
}
// kvAppend(<store>, kRows, vRows, run, position)
napi_value kvAppend(const Arguments& a) {
  const fintune::AttentionShape shape = shapeAt(a, 6);
  const fintune::KvStore store = storeOf(a, shape);
  const long rows = a.lengthOf(11);
  const double n = product(rows, shape.kvHeads * shape.headDim);
  const int32_t *run = a.integers(11, 0), *position = a.integers(12, rows);
  requireRange(run, rows, store.runs, "KvCache: no such run");
  for (long i = 0; i < rows; i++)
    requireRange(position + i, 1, store.capacity[run[i]], "KvCache: no room for another token");
  kernels->kvAppend(store, shape, a.floats(9, n), a.floats(10, n), run, position, rows);
  return nullptr;
}
// kvAttend(<store>, q, promptRun, ownRun, promptLength, ownLength, y)
napi_value kvAttend(const Arguments& a) {
  const fintune::AttentionShape shape = shapeAt(a, 6);
  const fintune::KvStore store = storeOf(a, shape);
  const long rows = a.lengthOf(10);
  const double n = product(rows, shape.heads * shape.headDim);
  const int32_t *prompt = a.integers(10, 0), *own = a.integers(11, rows);
  const int32_t *promptLength = a.integers(12, rows), *ownLength = a.integers(13, rows);
  requireRange(prompt, rows, store.runs, "KvCache: no such prompt");
  requireRange(own, rows, store.runs, "KvCache: no such sequence");
  for (long i = 0; i < rows; i++) {
    requireRange(promptLength + i, 1, store.capacity[prompt[i]] + 1l, "KvCache: prompt length");
    requireRange(ownLength + i, 1, store.capacity[own[i]] + 1l, "KvCache: sequence length");
  }
  kernels->kvAttend(store, shape, a.floats(9, n), prompt, own, promptLength, ownLength, rows, a.floats(14, n));
  return nullptr;
}

// tokenLogprobs(hidden, head, rows, width, vocab, labels, temperature, logprobs, logSumExp, entropy, argmax, half?)
napi_value tokenLogprobs(const Arguments& a) {
  const long rows = a.size(2), width = a.size(3), vocab = a.size(4);
  const bool half = a.flagOrFalse(11);
  const int32_t* labels = a.integers(5, rows);
  requireRange(labels, rows, vocab, "a label is not a token");
  kernels->tokenLogprobs(a.floats(0, product(rows, width)), a.floats(1, packedSize(width, vocab, half)), rows, width,
                         vocab, labels, static_cast<float>(a.number(6)), half, a.floats(7, rows), a.floats(8, rows),
                         a.floats(9, rows), a.integers(10, rows));
  return nullptr;
}
// logitGradient(hidden, head, rows, width, vocab, labels, temperature, logSumExp, dy, dLogits, half?)
napi_value logitGradient(const Arguments& a) {
  const long rows = a.size(2), width = a.size(3), vocab = a.size(4);
  const bool half = a.flagOrFalse(10);
  const int32_t* labels = a.integers(5, rows);
  requireRange(labels, rows, vocab, "a label is not a token");
  kernels->logitGradient(a.floats(0, product(rows, width)), a.floats(1, packedSize(width, vocab, half)), rows, width,
                         vocab, labels, static_cast<float>(a.number(6)), half, a.floats(7, rows), a.floats(8, rows),
                         a.floats(9, packedSize(rows, vocab, false)));
  return nullptr;
}
// tokenLogprobsGradient(hidden, head, rows, width, vocab, labels, temperature, dy, logprobs, logSumExp, entropy, argmax,
//                       dLogits, half?)
napi_value tokenLogprobsGradient(const Arguments& a) {
  const long rows = a.size(2), width = a.size(3), vocab = a.size(4);
  const bool half = a.flagOrFalse(13);
  const int32_t* labels = a.integers(5, rows);
  requireRange(labels, rows, vocab, "a label is not a token");
  kernels->tokenLogprobsGradient(a.floats(0, product(rows, width)), a.floats(1, packedSize(width, vocab, half)), rows,
                                 width, vocab, labels, static_cast<float>(a.number(6)), half, a.floats(7, rows),
                                 a.floats(8, rows), a.floats(9, rows), a.floats(10, rows), a.integers(11, rows),
                                 a.floats(12, packedSize(rows, vocab, false)));
  return nullptr;
}
// drawToken(logits, temperature, uniform): the token
napi_value drawToken(const Arguments& a) {
  const long vocab = a.lengthOf(0);
  return real(a.env, static_cast<double>(
                         kernels->drawToken(a.floats(0, 1), vocab, static_cast<float>(a.number(1)), a.number(2))));
}
// rowLogSumExp(logits, rows, vocab, temperature, y)
napi_value rowLogSumExp(const Arguments& a) {
  const long rows = a.size(1), vocab = a.size(2);
  kernels->rowLogSumExp(a.floats(0, product(rows, vocab)), rows, vocab, static_cast<float>(a.number(3)),
                        a.floats(4, rows));
  return nullptr;
}

// adamW(value, gradient, m, v, beta1, rest1, beta2, rest2, epsilon, clipScale, decay, correction1, correction2)
napi_value adamW(const Arguments& a) {
  const long n = a.lengthOf(0);
  float o[9];
  for (int i = 0; i < 9; i++) o[i] = static_cast<float>(a.number(4 + i));
  kernels->adamW(a.floats(0, n), a.floats(1, n), a.floats(2, n), a.floats(3, n), n,
                 {o[0], o[1], o[2], o[3], o[4], o[5], o[6], o[7], o[8]});
  return nullptr;
}
napi_value sumOfSquares(const Arguments& a) {
  const long n = a.lengthOf(0);
  return real(a.env, kernels->sumOfSquares(a.floats(0, n), n));
}

template <Body body, bool computes = true>
void define(napi_env env, napi_value exports, const char* name) {
  napi_value function;
  napi_create_function(env, name, NAPI_AUTO_LENGTH, call<body, computes>, nullptr, &function);
  napi_set_named_property(env, exports, name, function);
}

}  // namespace

NAPI_MODULE_INIT() {
  if (kernels == nullptr) kernels = choose("");
  define<useKernels>(env, exports, "useKernels");
  define<panelWidth>(env, exports, "panelWidth");
  define<rowsForAll>(env, exports, "rowsForAll");
  define<compiler>(env, exports, "compiler");
  define<cpuFeatures>(env, exports, "cpuFeatures");
  define<setThreads>(env, exports, "setThreads");
  define<watchCancel>(env, exports, "watchCancel");
  define<allocate, false>(env, exports, "allocate");
  define<discard, false>(env, exports, "discard");
  define<packedRowsLength>(env, exports, "packedRowsLength");
  define<packedLength>(env, exports, "packedLength");
  define<hasFastHalf>(env, exports, "hasFastHalf");
  define<pack>(env, exports, "pack");
  define<gemm>(env, exports, "gemm");
  define<add>(env, exports, "add");
  define<multiply>(env, exports, "multiply");
  define<scale>(env, exports, "scale");
  define<exponential>(env, exports, "exp");
  define<columnSum>(env, exports, "columnSum");
  define<swiGlu>(env, exports, "swiGlu");
  define<swiGluGradient>(env, exports, "swiGluGradient");
  define<mlpBlock>(env, exports, "mlpBlock");
  define<mlpBlockGradient>(env, exports, "mlpBlockGradient");
  define<projectHeads>(env, exports, "projectHeads");
  define<projectHeadsGradient>(env, exports, "projectHeadsGradient");
  define<rmsNorm>(env, exports, "rmsNorm");
  define<rmsNormGradient>(env, exports, "rmsNormGradient");
  define<rotary>(env, exports, "rotary");
  define<gatherRows>(env, exports, "gatherRows");
  define<scatterRows>(env, exports, "scatterRows");
  define<attention>(env, exports, "attention");
  define<attentionGradient>(env, exports, "attentionGradient");
  define<kvAppend>(env, exports, "kvAppend");
  define<kvAttend>(env, exports, "kvAttend");
  define<tokenLogprobs>(env, exports, "tokenLogprobs");
  define<logitGradient>(env, exports, "logitGradient");
  define<tokenLogprobsGradient>(env, exports, "tokenLogprobsGradient");
  define<drawToken>(env, exports, "drawToken");
  define<rowLogSumExp>(env, exports, "rowLogSumExp");
  define<adamW>(env, exports, "adamW");
  define<sumOfSquares>(env, exports, "sumOfSquares");
  return exports;
}
