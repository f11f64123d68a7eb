// The threads that share a kernel's work, and memory that each keeps between calls.
#pragma once
#include <stddef.h>
#include <stdint.h>

namespace fintune {

typedef void (*Task)(void* context, long index);

// Runs task(context, 0 … count − 1), each once, on all threads; returns when all are done. Which thread takes which
// index is open, so a task must not depend on it. What a task throws is thrown here, on the caller's thread; a region that
// is cancelled returns with its work unfinished.
void parallel(long count, Task task, void* context);
void setThreads(int count);
int threads();

// From now on, until told otherwise, this thread's regions end early once *flag is not 0 (null: never). Long tasks look at
// cancelled() themselves; whoever reads the results must ask it too.
void watchCancel(const int32_t* flag);
bool cancelled();

// At least `floats` floats of this thread's memory, 64-byte aligned; valid until the same thread asks for the same slot
// again. Slots: see kernels.h.
float* scratch(int slot, size_t floats);

}  // namespace fintune
