import { mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ModelFileError } from '../../src/model/ModelFileError.js'
import { decodeFloats } from '../../src/model/safetensors/decodeFloats.js'
import { encodeFloats } from '../../src/model/safetensors/encodeFloats.js'
import { readSafetensors } from '../../src/model/safetensors/readSafetensors.js'
import { DTYPE_BYTES, FLOAT_DTYPES, type FloatDtype } from '../../src/model/safetensors/TensorEntry.js'
import { writeSafetensors } from '../../src/model/safetensors/writeSafetensors.js'
import { goldenPath } from './support/golden.js'
import { copyOfGolden, messageOf, temporaryDirectory } from './support/modelFixture.js'

function throughBytes(value: number, dtype: FloatDtype): number {
  const out = new Float32Array(1)
  decodeFloats(encodeFloats(Float32Array.of(value), dtype), dtype, out)
  return out[0]
}

/** A safetensors file of this header and so many bytes of data. */
function fileOf(header: unknown, dataBytes: number): string {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(json.length))
  const file = join(temporaryDirectory(), 'x.safetensors')
  writeFileSync(file, Buffer.concat([length, json, Buffer.alloc(dataBytes)]))
  return file
}

const F32 = (shape: number[], ...offsets: number[]) => ({ dtype: 'F32', shape, data_offsets: offsets })

describe('rounding', () => {
  test('bfloat16 keeps 8 bits of the mantissa, to nearest, ties to even', () => {
    // Around 1 the step is 2^-7; half of it above 1 goes down to the even 1, half of it above 1 + 2^-7 up to 1 + 2^-6.
    expect(throughBytes(1 + 2 ** -8, 'BF16')).toBe(1)
    expect(throughBytes(1 + 2 ** -7 + 2 ** -8, 'BF16')).toBe(1 + 2 ** -6)
    expect(throughBytes(1 + 2 ** -8 + 2 ** -20, 'BF16')).toBe(1 + 2 ** -7)
    expect(throughBytes(-3.14159, 'BF16')).toBe(-3.140625)
    expect(throughBytes(3.4e38, 'BF16')).toBe(Infinity) // past the largest bfloat16, 3.39e38, by more than half a step
  })
  test('float16 keeps 11 bits, its subnormals reach 2^-24, past 65,504 comes infinity', () => {
    expect(throughBytes(1 + 2 ** -11, 'F16')).toBe(1)
    expect(throughBytes(1 + 2 ** -10 + 2 ** -11, 'F16')).toBe(1 + 2 ** -9)
    expect(throughBytes(2 ** -24, 'F16')).toBe(2 ** -24)
    expect(throughBytes(2 ** -25, 'F16')).toBe(0)
    expect(throughBytes(2 ** -25 * 1.5, 'F16')).toBe(2 ** -24)
    expect(throughBytes(65_519, 'F16')).toBe(65_504)
    expect(throughBytes(65_520, 'F16')).toBe(Infinity)
    expect(throughBytes(-0, 'F16')).toBe(-0)
  })
  test.each(['BF16', 'F16'] as const)('every %s value survives the way to float32 and back', (dtype) => {
    const halves = Uint16Array.from({ length: 65_536 }, (_, i) => i)
    const floats = new Float32Array(65_536)
    decodeFloats(new Uint8Array(halves.buffer), dtype, floats)
    const back = new Uint16Array(encodeFloats(floats, dtype).buffer)
    const changed = [...halves.keys()].filter((i) => back[i] !== i)
    expect(changed.filter((i) => !Number.isNaN(floats[i]))).toEqual([])
    expect(changed.every((i) => Number.isNaN(throughBytes(floats[i], dtype)))).toBe(true)
  })
  test('no other value of the type is nearer than the rounded one', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom('BF16', 'F16'), (x, dtype) => {
        const rounded = throughBytes(x, dtype as FloatDtype)
        if (!Number.isFinite(rounded)) return
        const bits = new Uint16Array(encodeFloats(Float32Array.of(x), dtype as FloatDtype).buffer)[0]
        const neighbours = new Float32Array(2)
        decodeFloats(
          new Uint8Array(Uint16Array.of(bits + 1, Math.max(0, bits - 1)).buffer),
          dtype as FloatDtype,
          neighbours,
        )
        for (const other of neighbours)
          if (Number.isFinite(other)) expect(Math.abs(x - rounded)).toBeLessThanOrEqual(Math.abs(x - other))
      }),
      { numRuns: 500 },
    )
  })
})

describe('files', () => {
  test('a file by the Rust library is written again byte for byte', async () => {
    const golden = goldenPath('tiny-qwen2/model.safetensors')
    const reader = await readSafetensors(golden)
    const copy = join(temporaryDirectory(), 'copy.safetensors')
    const tensors = [...reader.tensors.values()].reverse() // the order given does not matter
    await writeSafetensors(
      copy,
      tensors.map(({ name, shape }) => ({ name, shape, values: () => reader.read(name) })),
      { metadata: { ...reader.metadata } },
    )
    await reader.close()
    expect(readFileSync(copy).equals(readFileSync(golden))).toBe(true)
  })

  test('what is written is read: any names, shapes and values, in each dtype', async () => {
    const shape = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 })
    const names = fc.uniqueArray(fc.string({ minLength: 1, unit: 'grapheme' }), { minLength: 1, maxLength: 5 })
    const file = join(temporaryDirectory(), 'any.safetensors')
    const property = fc.asyncProperty(
      names,
      fc.array(shape, { minLength: 5, maxLength: 5 }),
      fc.constantFrom(...FLOAT_DTYPES),
      async (all, shapes, dtype) => {
        const tensors = all
          .filter((name) => name !== '__metadata__')
          .map((name, i) => {
            const values = Float32Array.from({ length: shapes[i].reduce((n, m) => n * m, 1) }, (_, j) => i + j / 8)
            return { name, shape: shapes[i], values: () => values }
          })
        await writeSafetensors(file, tensors, { dtype })
        const reader = await readSafetensors(file)
        expect([...reader.tensors.keys()].sort()).toEqual(tensors.map(({ name }) => name).sort())
        for (const { name, shape, values } of tensors) {
          expect(reader.tensors.get(name)?.shape).toEqual(shape)
          expect(await reader.read(name)).toEqual(values())
        }
        await reader.close()
      },
    )
    await fc.assert(property, { numRuns: 60 })
  })

  test('a failed write leaves the old file and nothing else', async () => {
    const directory = temporaryDirectory()
    const file = join(directory, 'x.safetensors')
    await writeSafetensors(file, [{ name: 'a', shape: [2], values: () => Float32Array.of(1, 2) }])
    const before = readFileSync(file)
    const broken = { name: 'b', shape: [1], values: () => Promise.reject(new Error('no values')) }
    await expect(writeSafetensors(file, [broken])).rejects.toThrow('no values')
    expect(readFileSync(file).equals(before)).toBe(true)
    expect(readdirSync(directory)).toEqual(['x.safetensors'])
  })

  test('shards are read through their index', async () => {
    const directory = temporaryDirectory()
    const map: Record<string, string> = {}
    for (const [i, name] of ['a', 'b'].entries()) {
      map[name] = `model-0000${i + 1}-of-00002.safetensors`
      const tensor = { name, shape: [1, 2], values: () => Float32Array.of(i, -i) }
      await writeSafetensors(join(directory, map[name]), [tensor], { dtype: 'BF16' })
    }
    const index = join(directory, 'model.safetensors.index.json')
    writeFileSync(index, JSON.stringify({ metadata: { total_size: 8 }, weight_map: map }))
    const reader = await readSafetensors(directory)
    expect(await reader.read('b')).toEqual(Float32Array.of(1, -1))
    await reader.close()

    writeFileSync(index, JSON.stringify({ weight_map: { ...map, c: map.a } }))
    expect(await messageOf(readSafetensors(directory))).toMatch(/tensor "c": it should be in model-00001-of-00002/)
    writeFileSync(index, JSON.stringify({ weight_map: { a: '../elsewhere.safetensors' } }))
    expect(await messageOf(readSafetensors(directory))).toMatch(/weight_map\.a: found "\.\.\/elsewhere/)
    writeFileSync(index, JSON.stringify({ weight_map: { ...map, c: 'model-00003-of-00003.safetensors' } }))
    expect(await messageOf(readSafetensors(directory))).toMatch(
      /model-00003-of-00003\.safetensors has 1 problem:\n {2}there is no/,
    )
  })
})

describe('damaged files are refused with file, tensor, found and allowed', () => {
  test.each<[string, unknown, number, RegExp]>([
    ['not JSON', '{"a":', 0, /header is not JSON/],
    ['not an object', '[1]', 0, /not a JSON object/],
    [
      'unknown dtype',
      { a: { dtype: 'F33', shape: [1], data_offsets: [0, 4] } },
      4,
      /tensor "a": found dtype "F33"; known are/,
    ],
    ['no shape', { a: { dtype: 'F32', data_offsets: [0, 4] } }, 4, /tensor "a": found shape undefined/],
    ['a negative size', { a: F32([-1], 0, 4) }, 4, /found shape \[-1\]/],
    ['offsets turned round', { a: F32([1], 4, 0) }, 4, /data_offsets \[4,0\]/],
    [
      'a shape that does not fill its bytes',
      { a: F32([3], 0, 8) },
      8,
      /F32 of shape \[3\] takes 12 bytes, its data_offsets span 8/,
    ],
    [
      'past the end',
      { a: F32([2], 0, 8) },
      4,
      /tensor "a": it ends at byte \d+, the file at \d+: the file is cut short/,
    ],
    [
      'an overlap',
      { a: F32([2], 0, 8), b: F32([2], 4, 12) },
      12,
      /tensor "b": it begins at byte \d+, inside the tensor before/,
    ],
    ['a hole', { a: F32([1], 0, 4), b: F32([1], 8, 12) }, 12, /tensor "b": it begins .* 4 bytes belong to none/],
    ['bytes after the last', { a: F32([1], 0, 4) }, 9, /5 bytes belong to none/],
    ['an entry that is null', { a: null }, 0, /tensor "a": found dtype undefined/],
    ['metadata that is no text', { __metadata__: { format: 1 } }, 0, /__metadata__: it must be an object of strings/],
  ])('%s', async (_, header, dataBytes, message) => {
    const file = fileOf(header, dataBytes)
    const error = await readSafetensors(file).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(ModelFileError)
    expect((error as ModelFileError).exitCode).toBe(2)
    expect((error as Error).message).toMatch(message)
    expect((error as Error).message).toContain(file)
  })

  test('all problems of a header at once', async () => {
    const message = await messageOf(readSafetensors(fileOf({ a: F32([3], 0, 8), b: { dtype: 'X' } }, 8)))
    expect(message).toMatch(/has 2 problems:\n.*"a".*\n.*"b"/)
  })

  test('an empty file, a foreign one, a directory without weights, no file', async () => {
    const directory = temporaryDirectory()
    const file = join(directory, 'x.safetensors')
    writeFileSync(file, '')
    expect(await messageOf(readSafetensors(file))).toMatch(/found 0 bytes/)
    writeFileSync(file, 'version https://git-lfs.github.com/spec/v1\n')
    expect(await messageOf(readSafetensors(file))).toMatch(
      /header is said to be \d+ bytes long, at most 35 are possible/,
    )
    expect(await messageOf(readSafetensors(directory))).toMatch(/found neither model\.safetensors nor/)
    writeFileSync(join(directory, 'pytorch_model.bin'), '')
    expect(await messageOf(readSafetensors(directory))).toMatch(/safe_serialization=True/)
    expect(await messageOf(readSafetensors(join(directory, 'none.safetensors')))).toMatch(/there is no such file/)
    mkdirSync(join(directory, 'model.safetensors'))
    expect(await messageOf(readSafetensors(directory))).toMatch(/it is not a file|cannot be read/)
  })

  test('integers may lie in a file but are no weights', async () => {
    const reader = await readSafetensors(fileOf({ a: { dtype: 'I64', shape: [1], data_offsets: [0, 8] } }, 8))
    expect(await messageOf(reader.read('a'))).toMatch(/tensor "a": found dtype I64; F32, BF16, F16 can be read/)
    expect(await messageOf(reader.read('b'))).toMatch(/tensor "b": it is not there/)
    await reader.close()
  })

  test('a file cut anywhere is refused', async () => {
    const directory = copyOfGolden('lora')
    const whole = readFileSync(join(directory, 'lora_init.safetensors'))
    const file = join(directory, 'cut.safetensors')
    const property = fc.asyncProperty(fc.integer({ min: 0, max: whole.length - 1 }), async (length) => {
      writeFileSync(file, whole)
      truncateSync(file, length)
      await expect(readSafetensors(file)).rejects.toBeInstanceOf(ModelFileError)
    })
    await fc.assert(property, { numRuns: 40 })
  })

  test('a header with any one byte changed is read consistently or refused, never anything else', async () => {
    const directory = copyOfGolden('lora')
    const whole = readFileSync(join(directory, 'lora_init.safetensors'))
    const headerEnd = 8 + Number(whole.readBigUInt64LE())
    const file = join(directory, 'changed.safetensors')
    const property = fc.asyncProperty(
      fc.integer({ min: 0, max: headerEnd - 1 }),
      fc.integer({ min: 0, max: 255 }),
      async (at, byte) => {
        const changed = Buffer.from(whole)
        changed[at] = byte
        writeFileSync(file, changed)
        const reader = await readSafetensors(file).catch((error: unknown) => error)
        if (reader instanceof Error) {
          expect(reader).toBeInstanceOf(ModelFileError)
          return
        }
        const { tensors, close } = reader as Awaited<ReturnType<typeof readSafetensors>>
        for (const { dtype, shape, begin, end } of tensors.values())
          expect(shape.reduce((size, n) => size * n, DTYPE_BYTES[dtype])).toBe(end - begin)
        await close()
      },
    )
    await fc.assert(property, { numRuns: 200 })
  })
})
