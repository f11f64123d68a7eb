// For `node --expose-gc --import`: at every SIGUSR2 a line of JSON on stderr with the heap after collection and what is resident.
process.on('SIGUSR2', () => {
  globalThis.gc()
  globalThis.gc()
  const { heapUsed, rss } = process.memoryUsage()
  process.stderr.write(`\nMEMORY ${JSON.stringify({ heapUsed, rss })}\n`)
})
