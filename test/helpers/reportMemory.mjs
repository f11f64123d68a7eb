// For `node --expose-gc --import`: at every SIGUSR2 a line of JSON on stderr with the heap after collection and what is
// resident: all, and the process's own. The rest is the program's file, whose pages the system drops and reads again as it
// likes (on one machine they shrank by 30 MB while nothing happened).
import { existsSync, readFileSync } from 'node:fs'

process.on('SIGUSR2', () => {
  globalThis.gc()
  globalThis.gc()
  const { heapUsed, rss } = process.memoryUsage()
  const status = existsSync('/proc/self/status') ? readFileSync('/proc/self/status', 'utf8') : ''
  const anonymous = /^RssAnon:\s+(\d+) kB/m.exec(status)
  const own = anonymous ? Number(anonymous[1]) * 1024 : rss
  process.stderr.write(`\nMEMORY ${JSON.stringify({ heapUsed, rss, own })}\n`)
})
