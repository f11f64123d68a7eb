import { initBackend } from '../../ops/initBackend.js'

/** Which recipe the quickstart runs, and one line to say why it is not the whole one. */
export interface QuickstartChoice {
  readonly recipe: string
  readonly remark: string | null
}

/** The whole quickstart where native kernels (or TensorFlow's) compute, a slice of it on wasm and plain JavaScript. */
export async function chooseQuickstart(): Promise<QuickstartChoice> {
  const { name } = await initBackend({ backend: 'auto', threads: 'auto' })
  if (name === 'native' || name.startsWith('tensorflow')) return { recipe: 'quickstart.yaml', remark: null }
  const install =
    process.platform === 'darwin' ? 'xcode-select --install' : 'apt-get install g++  (or dnf install gcc-c++)'
  return {
    recipe: 'quickstart-slice.yaml',
    remark:
      `No native kernels here (fintune doctor says why), so this is a small slice on ${name}. For the whole one install a ` +
      `C++ compiler:  ${install}  and then  npm ci`,
  }
}
