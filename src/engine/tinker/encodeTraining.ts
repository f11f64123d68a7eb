import { create, toBinary } from '@bufbuild/protobuf'
import type { Json } from './createTinkerClient.js'
import { protobufMessages, tensorTypes } from './protobufMessages.js'

interface WireTensor {
  readonly data: readonly number[]
  readonly dtype: 'float32' | 'int64'
  readonly shape: readonly number[]
}
interface WireDatum {
  readonly model_input: { readonly chunks: readonly { readonly tokens: readonly number[] }[] }
  readonly loss_fn_inputs: Readonly<Record<string, WireTensor>>
}
interface WireInput {
  readonly data: readonly WireDatum[]
  readonly loss_fn: string
  readonly loss_fn_config?: Readonly<Record<string, number>>
}

/**
 * The body of a forward or forward_backward as protobuf, for a server that wants it. Both go to forward_backward; the
 * message says which of them it is.
 *
 * @param body as JSON would send it: {model_id, seq_id, forward_input or forward_backward_input}
 */
export function encodeTraining(body: Json): Uint8Array {
  const { forward_input: forward, forward_backward_input: backward } = body
  const input = (forward ?? backward) as WireInput
  const message = create(protobufMessages.request, {
    modelId: body['model_id'] as string,
    seqId: body['seq_id'] as number,
    lossFn: input.loss_fn,
    lossFnConfig: { ...input.loss_fn_config },
    forwardOnly: forward !== undefined,
    data: input.data.map((datum) => ({
      modelInput: datum.model_input.chunks.map(({ tokens }) => ({
        chunk: { case: 'encodedText' as const, value: { tokens: bytesOf(Int32Array.from(tokens)) } },
      })),
      lossFnInputs: Object.fromEntries(
        Object.entries(datum.loss_fn_inputs).map(([name, value]) => [name, tensor(value)]),
      ),
    })),
  })
  return toBinary(protobufMessages.request, message)
}

function tensor({ data, dtype, shape }: WireTensor) {
  const values = dtype === 'float32' ? Float32Array.from(data) : BigInt64Array.from(data, BigInt)
  return {
    encoding: { case: 'dense' as const, value: bytesOf(values) },
    dtype: tensorTypes[dtype],
    shape: shape.map(BigInt),
  }
}

/** Little-endian, as every machine that Node has a release for but one (s390x). */
function bytesOf({ buffer, byteOffset, byteLength }: Int32Array | Float32Array | BigInt64Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}
