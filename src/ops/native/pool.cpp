#include "pool.h"

#include <atomic>
#include <condition_variable>
#include <cstdlib>
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

struct Pool {
  std::mutex caller;  // one parallel region at a time: several JavaScript threads may call
  std::mutex lock;
  std::condition_variable wake;
  std::atomic<unsigned long> generation{0};
  std::atomic<long> next{0};
  std::atomic<int> entered{0}, busy{0};
  long count = 0;
  Task task = nullptr;
  void* context = nullptr;
  int wanted = 1, started = 1;
};

// Never destroyed: its threads sleep on it until the process ends.
Pool& pool() {
  static Pool* instance = new Pool();
  return *instance;
}

// Works on its own copy of the region: its caller closes the pool's (task = null) while others still hold an index.
void takeTasks(Pool& p, Task task, void* context, long count) {
  for (long i = p.next.fetch_add(1); i < count; i = p.next.fetch_add(1)) task(context, i);
}

void work(int index) {
  Pool& p = pool();
  unsigned long seen = 0;
  for (;;) {
    // A short spin first: kernels follow each other within microseconds, waking a thread takes as long as many of them.
    for (int i = 0; i < 2000 && p.generation.load() == seen; i++) PAUSE();
    if (p.generation.load() == seen) {
      std::unique_lock<std::mutex> held(p.lock);
      p.wake.wait(held, [&] { return p.generation.load() != seen; });
    }
    Task task;
    void* context;
    long count;
    {
      std::unique_lock<std::mutex> held(p.lock);
      seen = p.generation.load();
      if (p.task == nullptr || index >= p.wanted) continue;
      p.busy.fetch_add(1);
      task = p.task;
      context = p.context;
      count = p.count;
    }
    takeTasks(p, task, context, count);
    p.busy.fetch_sub(1);
  }
}

}  // namespace

void parallel(long count, Task task, void* context) {
  Pool& p = pool();
  std::unique_lock<std::mutex> region(p.caller, std::defer_lock);
  if (count <= 1 || p.wanted <= 1 || !region.try_lock()) {
    for (long i = 0; i < count; i++) task(context, i);
    return;
  }
  {
    std::unique_lock<std::mutex> held(p.lock);
    p.count = count;
    p.next.store(0);
    p.task = task;
    p.context = context;
    p.generation.fetch_add(1);
  }
  p.wake.notify_all();
  takeTasks(p, task, context, count);
  {
    // From here no thread may join in: the context is the caller's and dies with this call.
    std::unique_lock<std::mutex> held(p.lock);
    p.task = nullptr;
  }
  for (int spins = 0; p.busy.load() > 0; spins++) {
    if (spins < 1000) PAUSE();
    else std::this_thread::yield();  // its processor was taken away: let it have this one
  }
}

void setThreads(int count) {
  Pool& p = pool();
  std::unique_lock<std::mutex> region(p.caller);
  std::unique_lock<std::mutex> held(p.lock);
  p.wanted = count < 1 ? 1 : count;
  for (; p.started < p.wanted; p.started++) std::thread(work, p.started).detach();
}

int threads() { return pool().wanted; }

float* scratch(int slot, size_t floats) {
  struct Memory {
    float* data[8] = {};
    size_t size[8] = {};
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
