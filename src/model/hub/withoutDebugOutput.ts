/* eslint-disable no-console -- the console's own functions are what is set aside here */
/** Runs a task whose library reports with console.debug and console.info, which go to stdout: there only results belong. */
export async function withoutDebugOutput<T>(task: () => Promise<T>): Promise<T> {
  const { debug, info } = console
  console.debug = () => undefined
  console.info = () => undefined
  try {
    return await task()
  } finally {
    console.debug = debug
    console.info = info
  }
}
