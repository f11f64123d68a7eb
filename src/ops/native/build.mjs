// Builds the native kernels with nothing but a C++ compiler: src/ops/native/*.cpp -> build/fintune.node.
// Runs as the package's install script. With --sanitize it builds build/sanitize/fintune.node instead, under
// AddressSanitizer and UndefinedBehaviorSanitizer (sanitize.mjs runs the tests on it). A build of the same sources by the same compiler is kept. Whatever goes wrong,
// the installation goes on: without the kernels fintune computes in WebAssembly, slower, and says so.
import { execFile, execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const sources = dirname(fileURLToPath(import.meta.url))
const sanitized = process.argv.includes('--sanitize')
const output = join(sources, '..', '..', '..', 'build', ...(sanitized ? ['sanitize'] : []))
const addon = join(output, 'fintune.node')

const sanitizers = sanitized ? ['-fsanitize=address,undefined', '-fno-sanitize-recover=all', '-g'] : []
const common = ['-std=c++17', sanitized ? '-O1' : '-O3', '-fPIC', '-fvisibility=hidden', '-pthread', '-Wno-psabi', ...sanitizers] // prettier-ignore
// Products are fused where the kernels say so, never where the compiler likes: see vector.h.
const kernelFlags = ['-ffp-contract=off', '-fno-math-errno', '-Wno-maybe-uninitialized']
const avx512 = ['-mavx512f', '-mavx512dq', '-mavx512bw', '-mavx512vl', '-mavx2', '-mfma']
const x86Kernels = {
  avx2: ['-mavx2', '-mfma'],
  avx512,
  avx512_bf16: [...avx512, '-mavx512bf16'],
  amx: [...avx512, '-mavx512bf16', '-mamx-tile', '-mamx-bf16'],
}

/** Builds where needed; returns a line for people. */
async function build() {
  const compiler = findCompiler()
  if (compiler === undefined) {
    return (
      'fintune: no C++ compiler found, so WebAssembly will be used, which is much slower. ' +
      `For native speed: ${installHint()}, then  npm ci  again`
    )
  }
  const fingerprint = hashOf(compiler)
  const stamp = `${addon}.hash`
  if (existsSync(addon) && existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint) {
    return 'fintune: native kernels are up to date'
  }
  const started = Date.now()
  await compileAll(compiler)
  writeFileSync(stamp, fingerprint)
  return `fintune: native kernels built with ${compiler.version} in ${((Date.now() - started) / 1000).toFixed(1)} s`
}

function findCompiler() {
  const candidates = [process.env.CXX, 'c++', 'g++', 'clang++'].filter(Boolean)
  for (const command of candidates) {
    const [program, ...flags] = command.split(' ')
    try {
      const version = execFileSync(program, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
      return { program, flags, version: version.split('\n')[0] }
    } catch {
      continue // not there, or not able to run: the next one
    }
  }
  return undefined
}

function installHint() {
  if (process.platform === 'darwin') return 'xcode-select --install'
  return 'sudo apt-get install g++ (Debian, Ubuntu) or sudo dnf install gcc-c++ (Fedora, RHEL)'
}

function hashOf(compiler) {
  const hash = createHash('sha256')
  hash.update(JSON.stringify([process.platform, process.arch, compiler, common, kernelFlags, x86Kernels]))
  const names = readdirSync(sources).filter((name) => /\.(cpp|h)$/.test(name))
  for (const name of names.sort()) hash.update(name).update(readFileSync(join(sources, name)))
  return hash.digest('hex')
}

async function compileAll(compiler) {
  const work = join(output, `work-${process.pid}`)
  mkdirSync(work, { recursive: true })
  try {
    const x86 = process.arch === 'x64'
    const headers = createRequire(import.meta.url)('node-api-headers').include_dir
    const isas = Object.entries({ portable: [], ...(x86 ? x86Kernels : {}) })
    const dispatch = x86 ? ['-DFINTUNE_X86_KERNELS'] : []
    const units = [
      { source: 'pool.cpp', object: 'pool.o', flags: [] },
      {
        source: 'addon.cpp',
        object: 'addon.o',
        flags: [...dispatch, `-I${headers}`, `-DFINTUNE_COMPILER=${JSON.stringify(compiler.version)}`],
      },
      ...isas.map(([isa, flags]) => ({
        source: 'kernels.cpp',
        object: `kernels-${isa}.o`,
        flags: [...kernelFlags, ...flags, `-DFINTUNE_ISA=${isa}`],
      })),
    ]
    const compile = ({ source, object, flags }) =>
      run(compiler.program, [
        ...compiler.flags,
        ...common,
        ...flags,
        '-c',
        join(sources, source),
        '-o',
        join(work, object),
      ])
    await Promise.all(units.map(compile))
    const shared = process.platform === 'darwin' ? ['-bundle', '-undefined', 'dynamic_lookup'] : ['-shared']
    const objects = units.map(({ object }) => join(work, object))
    const built = join(work, 'fintune.node')
    await run(compiler.program, [...compiler.flags, ...shared, ...sanitizers, '-pthread', ...objects, '-o', built])
    // Renamed into place: a process that has the old file loaded keeps it whole.
    renameSync(built, addon)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/** The line of a compiler's output that says what is wrong. */
function firstError(error) {
  const lines = String(error.stderr || error.message).split('\n')
  return lines.find((line) => /error/i.test(line)) ?? lines[0]
}

try {
  console.log(await build())
} catch (error) {
  rmSync(addon, { force: true })
  console.log(
    `fintune: the native kernels did not build, so WebAssembly will be used, much slower: ${firstError(error)}`,
  )
}
