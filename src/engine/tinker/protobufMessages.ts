import { createFileRegistry, create, type Message } from '@bufbuild/protobuf'
import type { GenMessage } from '@bufbuild/protobuf/codegenv2'
import {
  type FieldDescriptorProto,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
  FieldDescriptorProtoSchema,
  FileDescriptorProtoSchema,
} from '@bufbuild/protobuf/wkt'

/** Numbers of `tinker_public.DType`; arrays travel as their bytes, little-endian. */
export const tensorTypes = { float32: 1, int64: 2, int32: 3, bfloat16: 4 } as const

export interface ForwardBackwardRequest extends Message<'tinker_public.ForwardBackwardRequest'> {
  modelId: string
  seqId: number
  data: Datum[]
  lossFn: string
  lossFnConfig: Record<string, number>
  forwardOnly: boolean
}
interface Datum extends Message<'tinker_public.Datum'> {
  modelInput: Chunk[]
  lossFnInputs: Record<string, Tensor>
}
interface Chunk extends Message<'tinker_public.Chunk'> {
  chunk: { case: 'encodedText'; value: EncodedText } | { case: undefined; value?: undefined }
}
interface EncodedText extends Message<'tinker_public.EncodedTextChunk'> {
  /** int32 */
  tokens: Uint8Array
}
interface Tensor extends Message<'tinker_public.Tensor'> {
  encoding: { case: 'dense'; value: Uint8Array } | { case: undefined; value?: undefined }
  dtype: number
  shape: bigint[]
}

export interface ForwardBackwardOutput extends Message<'tinker_public.ForwardBackwardOutput'> {
  lossFnOutputType: string
  /** Chunks of the batch, in order. */
  lossFnOutputs: ArrayRecord[]
  metrics: Record<string, number>
}
interface ArrayRecord extends Message<'tinker_public.ArrayRecord'> {
  fields: Record<string, BatchedTensor>
}
export interface BatchedTensor extends Message<'tinker_public.BatchedTensor'> {
  /** One array of each datum, one after the other. */
  data: Uint8Array
  /** int64: where each begins and the last ends, in bytes. */
  offsets: Uint8Array
  dtype: number
}

export interface SampleResponse extends Message<'tinker_public.SampleResponse'> {
  sequences: SampledSequence[]
  /** float32, NaN where there is none. */
  promptLogprobs?: Uint8Array
}
interface SampledSequence extends Message<'tinker_public.SampledSequence'> {
  /** 0: stop, 1: length */
  stopReason: number
  /** int32 */
  tokens: Uint8Array
  /** float32 */
  logprobs?: Uint8Array
}

type Kind = keyof typeof scalars | { readonly message: string }
type Field = readonly [number: number, name: string, kind: Kind, how?: 'repeated' | 'map' | 'optional' | 'oneof']

const scalars = {
  string: Type.STRING,
  bytes: Type.BYTES,
  int32: Type.INT32,
  int64: Type.INT64,
  double: Type.DOUBLE,
  bool: Type.BOOL,
}

/**
 * The parts of tinker_public.proto (Tinker's public SDK, 0.24) that are sent or read here; a reader passes over fields it
 * does not know. Enumerations stand as int32, which is the same on the wire.
 */
const layout: Readonly<Record<string, readonly Field[]>> = {
  ForwardBackwardRequest: [
    [1, 'model_id', 'string'],
    [2, 'seq_id', 'int32'],
    [3, 'data', { message: 'Datum' }, 'repeated'],
    [4, 'loss_fn', 'string'],
    [5, 'loss_fn_config', 'double', 'map'],
    [6, 'forward_only', 'bool'],
  ],
  Datum: [
    [1, 'model_input', { message: 'Chunk' }, 'repeated'],
    [2, 'loss_fn_inputs', { message: 'Tensor' }, 'map'],
  ],
  Chunk: [[1, 'encoded_text', { message: 'EncodedTextChunk' }, 'oneof']],
  EncodedTextChunk: [[1, 'tokens', 'bytes']],
  Tensor: [
    [1, 'dense', 'bytes', 'oneof'],
    [3, 'dtype', 'int32'],
    [4, 'shape', 'int64', 'repeated'],
  ],
  ForwardBackwardOutput: [
    [1, 'loss_fn_output_type', 'string'],
    [2, 'loss_fn_outputs', { message: 'ArrayRecord' }, 'repeated'],
    [3, 'metrics', 'double', 'map'],
  ],
  ArrayRecord: [[2, 'fields', { message: 'BatchedTensor' }, 'map']],
  BatchedTensor: [
    [1, 'data', 'bytes'],
    [2, 'offsets', 'bytes'],
    [3, 'dtype', 'int32'],
  ],
  SampleResponse: [
    [1, 'sequences', { message: 'SampledSequence' }, 'repeated'],
    [2, 'prompt_logprobs', 'bytes', 'optional'],
  ],
  SampledSequence: [
    [1, 'stop_reason', 'int32'],
    [2, 'tokens', 'bytes'],
    [3, 'logprobs', 'bytes', 'optional'],
  ],
}
/** What a message's one `oneof` is called. */
const choices: Readonly<Record<string, string>> = { Chunk: 'chunk', Tensor: 'encoding' }

const registry = createFileRegistry(
  create(FileDescriptorProtoSchema, {
    name: 'tinker_public.proto',
    package: 'tinker_public',
    syntax: 'proto3',
    messageType: Object.entries(layout).map(([name, fields]) => ({
      name,
      field: fields.map((field) => describe(name, field)),
      nestedType: fields.filter(([, , , how]) => how === 'map').map(mapEntry),
      // A field of its own presence is, in proto3, the only one of a choice.
      oneofDecl: [choices[name], ...fields.filter(([, , , how]) => how === 'optional').map(([, field]) => `_${field}`)]
        .filter((choice) => choice !== undefined)
        .map((choice) => ({ name: choice })),
    })),
  }),
  () => undefined,
)

function describe(message: string, [number, name, kind, how]: Field): FieldDescriptorProto {
  const optional = layout[message]
    .filter(([, , , other]) => other === 'optional')
    .findIndex(([other]) => other === number)
  return create(FieldDescriptorProtoSchema, {
    name,
    number,
    label: how === 'repeated' || how === 'map' ? Label.REPEATED : Label.OPTIONAL,
    ...(how === 'map' ? typed({ message: `${message}.${entryName(name)}` }) : typed(kind)),
    ...(how === 'oneof' ? { oneofIndex: 0 } : {}),
    ...(how === 'optional' ? { proto3Optional: true, oneofIndex: optional } : {}),
  })
}

function mapEntry([, name, kind]: Field) {
  return {
    name: entryName(name),
    options: { mapEntry: true },
    field: [
      { name: 'key', number: 1, label: Label.OPTIONAL, type: Type.STRING },
      { name: 'value', number: 2, label: Label.OPTIONAL, ...typed(kind) },
    ],
  }
}

function typed(kind: Kind): { type: Type; typeName?: string } {
  return typeof kind === 'string'
    ? { type: scalars[kind] }
    : { type: Type.MESSAGE, typeName: `.tinker_public.${kind.message}` }
}

/** As protoc names the entry of a map's field. */
function entryName(field: string): string {
  return `${field.replace(/(^|_)(\w)/g, (_, __, letter: string) => letter.toUpperCase())}Entry`
}

const schema = <T extends Message>(name: string) =>
  registry.getMessage(`tinker_public.${name}`) as unknown as GenMessage<T>

export const protobufMessages = {
  request: schema<ForwardBackwardRequest>('ForwardBackwardRequest'),
  output: schema<ForwardBackwardOutput>('ForwardBackwardOutput'),
  samples: schema<SampleResponse>('SampleResponse'),
}
