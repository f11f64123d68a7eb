#include "pool.h"

#include "kernels.h"

#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <exception>
#include <mutex>
#include <new>
#include <thread>

#if defined(__x86_64__)
#include <immintrin.h>
#define PAUSE() _mm_pause()
#else
#define PAUSE() std::this_thread::yield()
#endif

namespace fintune {
namespace {

// What a parallel region runs, and the flag that may end it early.
struct Region {
  long count = 0;
  Task task = nullptr;
  void* context = nullptr;
  const int32_t* cancel = nullptr;
};

struct Pool {
  std::mutex caller;  // one parallel region at a time: several JavaScript threads may call
  std::mutex lock;
  std::condition_variable wake;
  std::atomic<unsigned long> generation{0};
  std::atomic<long> next{0};
  std::atomic<int> busy{0};
  Region region;
  std::exception_ptr error;  // the first that a task threw
  int wanted = 1, started = 1;
};

// The flag of the region this thread works on.
thread_local const int32_t* cancelFlag = nullptr;

// Never destroyed: its threads sleep on it until the process ends.
Pool& pool() {
  static Pool* instance = new Pool();
  return *instance;
}

// Works on its own copy of the region: its caller closes the pool's (task = null) while others still hold an index.
// What a task throws is kept for the caller, and no task is begun after it.
void takeTasks(Pool& p, const Region& region) noexcept {
  for (long i = p.next.fetch_add(1); i < region.count && !cancelled(); i = p.next.fetch_add(1)) {
    try {
      region.task(region.context, i);
    } catch (...) {
      std::unique_lock<std::mutex> held(p.lock);
      if (!p.error) p.error = std::current_exception();
      p.next.store(region.count);
    }
  }
}

void work(int index) {
  Pool& p = pool();
  unsigned long seen = 0;
  for (;;) {
    // A short spin first: kernels follow each other within microseconds, waking a thread takes as long as many of them.
    for (int i = 0; i < 2000 && p.generation.load() == seen; i++) PAUSE();
    Region region;
    {
      std::unique_lock<std::mutex> held(p.lock);
      p.wake.wait(held, [&] { return p.generation.load() != seen; });
      seen = p.generation.load();
      if (p.region.task == nullptr || index >= p.wanted) continue;
      p.busy.fetch_add(1);
      region = p.region;
    }
    cancelFlag = region.cancel;
    takeTasks(p, region);
    p.busy.fetch_sub(1);
  }
}

}  // namespace

void watchCancel(const int32_t* flag) { cancelFlag = flag; }

bool cancelled() { return cancelFlag != nullptr && __atomic_load_n(cancelFlag, __ATOMIC_RELAXED) != 0; }

void parallel(long count, Task task, void* context) {
  Pool& p = pool();
  std::unique_lock<std::mutex> caller(p.caller, std::defer_lock);
  if (count <= 1 || p.wanted <= 1 || !caller.try_lock()) {
    for (long i = 0; i < count && !cancelled(); i++) task(context, i);
    return;
  }
  const Region region = {count, task, context, cancelFlag};
  {
    std::unique_lock<std::mutex> held(p.lock);
    p.next.store(0);
    p.error = nullptr;
    p.region = region;
    p.generation.fetch_add(1);
  }
  p.wake.notify_all();
  takeTasks(p, region);
  {
    // From here no thread may join in: the context is the caller's and dies with this call.
    std::unique_lock<std::mutex> held(p.lock);
    p.region = Region();
  }
  for (int spins = 0; p.busy.load() > 0; spins++) {
    if (spins < 1000) PAUSE();
    else std::this_thread::yield();  // its processor was taken away: let it have this one
  }
  if (p.error) std::rethrow_exception(p.error);
}

void setThreads(int count) {
  Pool& p = pool();
  std::unique_lock<std::mutex> caller(p.caller);
  std::unique_lock<std::mutex> held(p.lock);
  const int wanted = count < 1 ? 1 : count;
  for (; p.started < wanted; p.started++) std::thread(work, p.started).detach();
  p.wanted = wanted;
}

int threads() { return pool().wanted; }

float* scratch(int slot, size_t floats) {
  struct Memory {
    float* data[slots] = {};
    size_t size[slots] = {};
    ~Memory() {
      for (float* block : data) free(block);
    }
  };
  thread_local Memory memory;
  if (memory.size[slot] < floats) {
    free(memory.data[slot]);
    memory.size[slot] = (floats + floats / 4 + 1023) / 1024 * 1024;
    memory.data[slot] = static_cast<float*>(aligned_alloc(64, memory.size[slot] * sizeof(float)));
    if (memory.data[slot] == nullptr) {
      memory.size[slot] = 0;
      throw std::bad_alloc();
    }
  }
  return memory.data[slot];
}

}  // namespace fintune
