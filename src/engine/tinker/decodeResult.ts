import { fromBinary } from '@bufbuild/protobuf'
import type { Json } from './createTinkerClient.js'
import { protobufMessages, tensorTypes, type BatchedTensor } from './protobufMessages.js'

/**
 * A future's result in protobuf, as JSON would have had it: numbers that are none come as null.
 *
 * @param endpoint that was asked: asample, forward or forward_backward; no other's results come in protobuf
 * @throws Error where the bytes are no such message
 */
export function decodeResult(endpoint: string, bytes: Uint8Array): Json {
  return endpoint === 'asample' ? decodeSamples(bytes) : decodeOutput(bytes)
}

function decodeSamples(bytes: Uint8Array): Json {
  const { sequences, promptLogprobs } = fromBinary(protobufMessages.samples, bytes)
  return {
    sequences: sequences.map(({ stopReason, tokens, logprobs }) => ({
      tokens: Array.from(new Int32Array(aligned(tokens))),
      logprobs: logprobs ? numbers(new Float32Array(aligned(logprobs))) : null,
      stop_reason: stopReason === 0 ? 'stop' : 'length',
    })),
    prompt_logprobs: promptLogprobs ? numbers(new Float32Array(aligned(promptLogprobs))) : null,
  }
}

function decodeOutput(bytes: Uint8Array): Json {
  const { lossFnOutputs, lossFnOutputType, metrics } = fromBinary(protobufMessages.output, bytes)
  return {
    loss_fn_output_type: lossFnOutputType,
    loss_fn_outputs: lossFnOutputs.flatMap(({ fields }) => {
      const arrays = Object.entries(fields).map(([name, field]) => [name, split(field)] as const)
      const count = Math.max(0, ...arrays.map(([, values]) => values.length))
      return Array.from({ length: count }, (_, i) =>
        Object.fromEntries(arrays.map(([name, values]) => [name, { data: values[i] }])),
      )
    }),
    metrics,
  }
}

/** One array a datum. */
function split({ data, offsets, dtype }: BatchedTensor): (number | null)[][] {
  const { values, size } = read(aligned(data), dtype)
  const ends = Array.from(new BigInt64Array(aligned(offsets)), Number)
  return ends.slice(1).map((end, i) => values.slice(ends[i] / size, end / size))
}

function read(buffer: ArrayBuffer, dtype: number): { values: (number | null)[]; size: number } {
  switch (dtype) {
    case tensorTypes.float32:
      return { values: numbers(new Float32Array(buffer)), size: 4 }
    case tensorTypes.int64:
      return { values: Array.from(new BigInt64Array(buffer), Number), size: 8 }
    case tensorTypes.int32:
      return { values: Array.from(new Int32Array(buffer)), size: 4 }
    case tensorTypes.bfloat16: {
      const widened = Uint32Array.from(new Uint16Array(buffer), (upper) => upper << 16)
      return { values: numbers(new Float32Array(widened.buffer)), size: 2 }
    }
  }
  throw new Error(`a tensor of unknown type ${dtype}`)
}

/** JSON has no NaN. */
function numbers(values: Float32Array): (number | null)[] {
  return Array.from(values, (value) => (Number.isFinite(value) ? value : null))
}

/** A copy that typed arrays of any width may look into. */
function aligned(bytes: Uint8Array): ArrayBuffer {
  return Uint8Array.from(bytes).buffer
}
