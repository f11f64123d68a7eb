/**
 * Makes a call for each item, in order, with up to `depth` on their way at once, so that an engine far away has its next
 * work before it hands the last back. After a failure no further call is made; it is thrown once none is left running.
 */
export async function pipelined<In, Out>(
  items: readonly In[],
  depth: number,
  call: (item: In) => Promise<Out>,
): Promise<Out[]> {
  const results: Promise<Out>[] = []
  const failures: unknown[] = []
  for (const [i, item] of items.entries()) {
    if (i >= depth) await results[i - depth].catch(() => undefined)
    if (failures.length > 0) break
    const result = (async () => call(item))()
    result.catch((error: unknown) => failures.push(error))
    results.push(result)
  }
  await Promise.allSettled(results)
  if (failures.length > 0) throw failures[0]
  return Promise.all(results)
}
