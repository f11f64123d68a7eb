import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { protobufMessages } from '../../../src/engine/tinker/protobufMessages.js'
import { keyedRandom } from '../../../src/lib/keyedRandom.js'

/** What to do with a request instead of answering it; `after`: its work is done, the answer is lost. */
export type Fault =
  | { readonly status: number; readonly body?: string; readonly headers?: Readonly<Record<string, string>> }
  | 'reset before'
  | 'reset after'
  | 'lose future'
  | null

export interface SimulatedServerOptions {
  readonly vocabSize?: number
  readonly reduction?: 'sequenceMean' | 'tokenSum' | 'other'
  readonly dedupes?: boolean
  readonly clips?: boolean
  /** The sampler keeps its first weights for ever. */
  readonly syncsNothing?: boolean
  readonly tellsGradNorm?: boolean
  /** Log p rounded to bfloat16; an AdamW that rounds its betas too, and makes NaN of one that becomes 1. */
  readonly bfloat16?: boolean
  readonly delayMs?: number
  /** Asks for protobuf: training data come in no other form, results go in it to who accepts it. */
  readonly protobuf?: boolean
  /** Closes every connection that was idle once the next request is on it, as a proxy does that had enough of it. */
  readonly closesIdle?: boolean
  /** No sample is answered before so many of them wait. */
  readonly gather?: number
  /** Asked for every request; `count` is how many of this endpoint came before. */
  readonly fault?: (endpoint: string, count: number) => Fault
}

interface Weights {
  table: Float64Array
  m: Float64Array
  v: Float64Array
  steps: number
}

type Body = { [key: string]: any } // eslint-disable-line @typescript-eslint/no-explicit-any

/**
 * A server with the Tinker API on a loopback port, in the form of the recorded exchanges. Its model is a table: the logits
 * of the next token are a row of fixed random numbers plus a trained row, chosen by the token before. So losses, gradients,
 * optimizer steps and sampling are real and exact (float64), and cost nothing.
 */
export class SimulatedServer {
  /** Requests by endpoint. */
  readonly counts: Record<string, number> = {}
  /** Every x-api-key that was sent; undefined for none. */
  readonly keys = new Set<unknown>()
  /** Optimizer steps that were taken, over all models. */
  steps = 0
  /** Requests on their way at once, at most. */
  mostInFlight = 0
  /** Requests that came on a connection that `closesIdle` closed. */
  stale = 0
  /** Bodies that came in protobuf, and results that went in it. */
  protobufs = { bodies: 0, results: 0 }
  /** Of the last optim_step, before it was reset. */
  lastGradient = new Float64Array(0)
  readonly #options: Required<Omit<SimulatedServerOptions, 'fault'>> & Pick<SimulatedServerOptions, 'fault'>
  readonly #server: Server
  readonly #base: Float64Array
  readonly #models = new Map<string, Weights & { gradient: Float64Array; sequences: number }>()
  readonly #stored = new Map<string, Weights>()
  readonly #samplers = new Map<string, Float64Array>()
  readonly #futures = new Map<string, () => Body>()
  readonly #seen = new Map<string, string>()
  readonly #idle = new WeakSet<object>()
  readonly #waiting: (() => void)[] = []
  #next = 0
  #inFlight = 0

  constructor(options: SimulatedServerOptions = {}) {
    this.#options = {
      vocabSize: 32,
      reduction: 'sequenceMean',
      dedupes: false,
      clips: false,
      syncsNothing: false,
      tellsGradNorm: true,
      bfloat16: false,
      delayMs: 0,
      protobuf: false,
      closesIdle: false,
      gather: 0,
      ...options,
    }
    const random = keyedRandom('simulated server')
    this.#base = Float64Array.from({ length: this.#options.vocabSize ** 2 }, () => random.normal())
    this.#server = createServer((request, response) => void this.#serve(request, response))
  }

  async listen(port = 0): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** As a restarted server with kept state: models and samplers are gone, what was saved is there. */
  forgetModels(): void {
    this.#models.clear()
    this.#samplers.clear()
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  /** log softmax of a row, and its probabilities. */
  row(token: number, table?: Float64Array): { logprobs: Float64Array; probabilities: Float64Array } {
    const { vocabSize } = this.#options
    const logits = new Float64Array(vocabSize)
    for (let i = 0; i < vocabSize; i++)
      logits[i] = this.#base[token * vocabSize + i] + (table?.[token * vocabSize + i] ?? 0)
    const most = logits.reduce((a, b) => Math.max(a, b))
    const sum = logits.reduce((total, logit) => total + Math.exp(logit - most), 0)
    const logprobs = logits.map((logit) => logit - most - Math.log(sum))
    return { logprobs, probabilities: logprobs.map(Math.exp) }
  }

  /** `row`, each worked out once. */
  #rowsOf(table: Float64Array) {
    const known = new Map<number, ReturnType<SimulatedServer['row']>>()
    return (token: number) => {
      const row = known.get(token) ?? this.row(token, table)
      known.set(token, row)
      return row
    }
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const endpoint = (request.url ?? '').replace('/api/v1/', '')
    if (this.#options.closesIdle && this.#idle.has(request.socket)) {
      this.stale++
      return void request.socket.destroy()
    }
    this.#idle.add(request.socket)
    const count = this.counts[endpoint] ?? 0
    this.counts[endpoint] = count + 1
    this.keys.add(request.headers['x-api-key'])
    this.mostInFlight = Math.max(this.mostInFlight, ++this.#inFlight)
    try {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      if (this.#options.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, this.#options.delayMs))
      if (endpoint === 'asample' && count < this.#options.gather) await this.#gathered()
      const fault = this.#options.fault?.(endpoint, count) ?? null
      if (fault === 'reset before') return void request.socket.destroy()
      if (fault !== null && typeof fault === 'object') {
        return void response.writeHead(fault.status, fault.headers).end(fault.body ?? '')
      }
      const { status, body } = this.#read(endpoint, Buffer.concat(chunks), request.headers['content-type'])
      if (fault === 'lose future') this.#futures.clear()
      if (fault === 'reset after') return void request.socket.destroy()
      const accepts = this.#options.protobuf && request.headers.accept?.includes(protobufType)
      const bytes = accepts && status === 200 ? inProtobuf(body) : null
      if (bytes) this.protobufs.results++
      response.writeHead(status, { 'content-type': bytes ? protobufType : 'application/json' })
      response.end(bytes ?? JSON.stringify(body))
    } finally {
      this.#inFlight--
    }
  }

  #read(endpoint: string, content: Buffer, type: string | undefined): { status: number; body: Body } {
    const isTraining = endpoint === 'forward' || endpoint === 'forward_backward'
    if (this.#options.protobuf && isTraining) {
      if (type !== protobufType) return { status: 415, body: { detail: 'send protobuf' } as Body }
      this.protobufs.bodies++
      return this.#answer(...fromProtobuf(content))
    }
    const text = content.toString()
    return this.#answer(endpoint, text === '' ? {} : (JSON.parse(text) as Body))
  }

  async #gathered(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve)
      if (this.#waiting.length >= this.#options.gather) for (const go of this.#waiting.splice(0)) go()
    })
  }

  #answer(endpoint: string, body: Body): { status: number; body: Body } {
    const refuse = (status: number, detail: string) => ({ status, body: { detail } as Body })
    switch (endpoint) {
      case 'healthz':
        return { status: 200, body: { status: 'ok' } as Body }
      case 'get_server_capabilities':
        return { status: 200, body: { supported_models: [{ model_name: 'simulated' }] } as Body }
      case 'client/config': {
        const { protobuf } = this.#options
        const flags = { proto_write_fwdbwd: protobuf, fwd_via_fwdbwd: protobuf }
        return { status: 200, body: { pjwt_auth_enabled: false, ...flags } as Body }
      }
      case 'create_session':
        return { status: 200, body: { type: 'create_session', session_id: `session_${this.#next++}` } as Body }
      case 'session_heartbeat':
        return { status: 200, body: { type: 'session_heartbeat' } as Body }
      case 'unload_model':
        this.#models.delete(body.model_id as string)
        return { status: 200, body: { request_id: this.#future(() => ({}) as Body), model_id: body.model_id } as Body }
      case 'create_model': {
        const model = `model_${this.#next++}`
        this.#models.set(model, { ...this.#fresh(), gradient: this.#zeros(), sequences: 0 })
        const result = {
          model_id: model,
          base_model: body.base_model,
          lora_config: { rank: body.lora_config.rank, alpha: 32 },
        }
        return {
          status: 200,
          body: {
            model_id: model,
            status: 'created',
            request_id: this.#future(() => result as unknown as Body),
          } as unknown as Body,
        }
      }
      case 'retrieve_future': {
        const future = this.#futures.get(body.request_id as string)
        if (!future) return refuse(404, 'Future not found')
        const result = future()
        if (typeof result.error === 'string') return refuse(400, result.error)
        return { status: 200, body: result }
      }
      case 'asample':
        return this.#pending(() => this.#sample(body))
    }
    const model = this.#models.get(body.model_id as string)
    if (!model) return this.#pending(() => ({ error: `Model ${body.model_id} not loaded` }) as unknown as Body)
    const key = `${body.model_id} ${body.seq_id}`
    const seen = this.#options.dedupes ? this.#seen.get(key) : undefined
    if (seen !== undefined)
      return { status: 200, body: { future_id: seen, status: 'pending', request_id: seen } as unknown as Body }
    const answer = this.#pending(this.#work(endpoint, body, model))
    this.#seen.set(key, answer.body.request_id as string)
    return answer
  }

  /** Does the work now (requests arrive in order), gives its result later. */
  #work(endpoint: string, body: Body, model: Weights & { gradient: Float64Array; sequences: number }): () => Body {
    switch (endpoint) {
      case 'forward': {
        const result = this.#pass(body.forward_input, model, false)
        return () => result
      }
      case 'forward_backward': {
        const result = this.#pass(body.forward_backward_input, model, true)
        return () => result
      }
      case 'optim_step': {
        const result = this.#step(body.adam_params, model)
        return () => result
      }
      case 'save_weights': {
        const path = `tinker://${body.model_id}/weights/${body.path}`
        this.#stored.set(path, copyOf(model))
        return () => ({ path, type: 'save_weights' }) as unknown as Body
      }
      case 'load_weights': {
        const stored = this.#stored.get(body.path as string)
        if (!stored) return () => ({ error: 'Checkpoint not found' }) as unknown as Body
        Object.assign(model, copyOf(stored))
        if (body.optimizer === false) Object.assign(model, { m: this.#zeros(), v: this.#zeros(), steps: 0 })
        return () => ({ type: 'load_weights' }) as unknown as Body
      }
      case 'save_weights_for_sampler': {
        const sampler = `sampling_${this.#next++}`
        const first = [...this.#samplers.values()][0]
        this.#samplers.set(sampler, this.#options.syncsNothing && first ? first : model.table.slice())
        if (this.#samplers.size > 50 && !this.#options.syncsNothing) {
          this.#samplers.delete(this.#samplers.keys().next().value!)
        }
        return () =>
          ({
            path: body.path ? `tinker://${body.model_id}/${body.path}` : null,
            sampling_session_id: sampler,
          }) as unknown as Body
      }
    }
    throw new Error(`no such endpoint: ${endpoint}`)
  }

  #pass(input: Body, model: Weights & { gradient: Float64Array; sequences: number }, backward: boolean): Body {
    const { vocabSize, reduction } = this.#options
    const rowOf = this.#rowsOf(model.table)
    const outputs = (input.data as Body[]).map((datum) => {
      const tokens = datum.model_input.chunks.flatMap((chunk: Body) => chunk.tokens as number[]) as number[]
      const { target_tokens: targets, weights, logprobs: old, advantages } = datum.loss_fn_inputs
      const mask: number[] = weights?.data ?? tokens.map(() => 1)
      const total = mask.reduce((sum: number, weight: number) => sum + weight, 0)
      const scale =
        reduction === 'sequenceMean'
          ? 1 / Math.max(total, 1e-9)
          : reduction === 'tokenSum'
            ? 1
            : 1 / Math.sqrt(tokens.length)
      const logprobs = tokens.map((token, t) => {
        const { logprobs: row, probabilities } = rowOf(token)
        const target = targets.data[t] as number
        if (backward) {
          const config = input.loss_fn_config ?? {}
          const slope = slopeOf(
            input.loss_fn as unknown as string,
            row[target],
            old?.data[t] ?? 0,
            advantages?.data[t] ?? 0,
            config,
          )
          const factor = scale * mask[t] * slope
          for (let i = 0; factor !== 0 && i < vocabSize; i++) {
            model.gradient[token * vocabSize + i] += factor * (Number(i === target) - probabilities[i])
          }
        }
        return this.#options.bfloat16 ? toBfloat16(row[target]) : row[target]
      })
      return {
        logprobs: { data: logprobs, dtype: 'float32', shape: [logprobs.length] },
        elementwise_loss: { data: [], dtype: 'float32', shape: [0] },
      }
    })
    if (backward) model.sequences += outputs.length
    return { loss_fn_output_type: 'scalar', loss_fn_outputs: outputs, metrics: {} } as unknown as Body
  }

  #step(adam: Body, model: Weights & { gradient: Float64Array; sequences: number }): Body {
    const divisor = this.#options.reduction === 'tokenSum' ? 1 : Math.max(1, model.sequences)
    const gradient = model.gradient.map((value) => value / divisor)
    this.lastGradient = gradient
    const norm = Math.sqrt(gradient.reduce((sum, value) => sum + value * value, 0))
    const clip = this.#options.clips ? Math.min(1, (adam.grad_clip_norm as number) / (norm + 1e-6)) : 1
    model.steps++
    this.steps++
    const { learning_rate: rate, eps } = adam as unknown as Record<string, number>
    const round = this.#options.bfloat16 ? toBfloat16 : (value: number) => value
    const [beta1, beta2] = [adam.beta1 as number, adam.beta2 as number].map(round)
    const [correction1, correction2] = [1 - beta1 ** model.steps, 1 - beta2 ** model.steps]
    gradient.forEach((value, i) => {
      if (value === 0 && model.v[i] === 0) return
      model.m[i] = beta1 * model.m[i] + (1 - beta1) * value * clip
      model.v[i] = beta2 * model.v[i] + (1 - beta2) * (value * clip) ** 2
      const m = model.m[i] / correction1
      const v = model.v[i] / correction2
      model.table[i] -= (rate * m) / (Math.sqrt(v) + eps)
    })
    model.gradient.fill(0)
    model.sequences = 0
    const metrics = this.#options.tellsGradNorm ? { 'skyrl.ai/grad_norm': norm } : {}
    return { metrics } as unknown as Body
  }

  #sample(body: Body): Body {
    const table = this.#samplers.get(body.sampling_session_id as string)
    if (!table) return { error: 'Sampling session not found' } as unknown as Body
    const prompt = body.prompt.chunks.flatMap((chunk: Body) => chunk.tokens as number[]) as number[]
    const { max_tokens: most, temperature, seed, stop = [] } = body.sampling_params as Body
    const rowOf = this.#rowsOf(table)
    const sequences = Array.from({ length: body.num_samples as unknown as number }, (_, n) => {
      const random = keyedRandom(seed, n)
      const tokens: number[] = []
      const logprobs: number[] = []
      let last = prompt.at(-1)!
      while (tokens.length < most && !stop.includes(last)) {
        const { logprobs: row } = rowOf(last)
        last = draw(row, temperature as number, random.uniform())
        tokens.push(last)
        logprobs.push(row[last])
      }
      return { tokens, logprobs, stop_reason: stop.includes(last) ? 'stop' : 'length' }
    })
    const promptLogprobs = body.prompt_logprobs
      ? prompt.slice(1).map((token, t) => rowOf(prompt[t]).logprobs[token])
      : null
    return { sequences, prompt_logprobs: promptLogprobs } as unknown as Body
  }

  #pending(result: () => Body): { status: number; body: Body } {
    const id = this.#future(result)
    return { status: 200, body: { future_id: id, status: 'pending', request_id: id } as unknown as Body }
  }

  #future(result: () => Body): string {
    const id = String(++this.#next)
    this.#futures.set(id, result)
    // The simulation forgets what is long past, so that a long run measures the client's memory and not this one's.
    if (this.#futures.size > 5_000) this.#futures.delete(this.#futures.keys().next().value!)
    return id
  }

  #zeros = () => new Float64Array(this.#options.vocabSize ** 2)
  #fresh = (): Weights => ({ table: this.#zeros(), m: this.#zeros(), v: this.#zeros(), steps: 0 })
}

const protobufType = 'application/x-protobuf'

/** A training request as its JSON, and which of the two it is. */
function fromProtobuf(content: Buffer): [endpoint: string, body: Body] {
  const message = fromBinary(protobufMessages.request, content)
  const { modelId: model_id, seqId: seq_id, forwardOnly, lossFn: loss_fn, lossFnConfig: loss_fn_config } = message
  const input = {
    loss_fn,
    loss_fn_config,
    data: message.data.map(({ modelInput, lossFnInputs }) => ({
      model_input: {
        chunks: modelInput.map(({ chunk }) => ({ tokens: [...new Int32Array(copied(chunk.value!.tokens))] })),
      },
      loss_fn_inputs: Object.fromEntries(
        Object.entries(lossFnInputs).map(([name, { encoding, dtype }]) => {
          const buffer = copied(encoding.value!)
          return [
            name,
            { data: dtype === 1 ? [...new Float32Array(buffer)] : Array.from(new BigInt64Array(buffer), Number) },
          ]
        }),
      ),
    })),
  }
  return forwardOnly
    ? ['forward', { model_id, seq_id, forward_input: input }]
    : ['forward_backward', { model_id, seq_id, forward_backward_input: input }]
}

/** A result in protobuf; null for those that have no such form. */
function inProtobuf(body: Body): Uint8Array | null {
  if (Array.isArray(body.loss_fn_outputs)) {
    const rows = body.loss_fn_outputs.map((output) => Float32Array.from(output.logprobs.data))
    const ends = rows.map((_, i) => rows.slice(0, i + 1).reduce((sum, row) => sum + row.byteLength, 0))
    const logprobs = {
      data: Buffer.concat(rows.map(({ buffer }) => Buffer.from(buffer))),
      offsets: new Uint8Array(BigInt64Array.from([0, ...ends], BigInt).buffer),
      dtype: 1,
    }
    const message = { lossFnOutputType: 'scalar', lossFnOutputs: [{ fields: { logprobs } }] }
    return toBinary(protobufMessages.output, create(protobufMessages.output, message))
  }
  if (!Array.isArray(body.sequences)) return null
  const floats = (values: (number | null)[]) => new Uint8Array(Float32Array.from(values, (v) => v ?? NaN).buffer)
  const message = {
    sequences: body.sequences.map(({ tokens, logprobs, stop_reason }) => ({
      stopReason: stop_reason === 'stop' ? 0 : 1,
      tokens: new Uint8Array(Int32Array.from(tokens).buffer),
      logprobs: floats(logprobs),
    })),
    ...(body.prompt_logprobs ? { promptLogprobs: floats(body.prompt_logprobs) } : {}),
  }
  return toBinary(protobufMessages.samples, create(protobufMessages.samples, message))
}

const copied = (bytes: Uint8Array): ArrayBuffer => Uint8Array.from(bytes).buffer

/** The nearest bfloat16, ties away from 0. */
function toBfloat16(value: number): number {
  const bits = new Uint32Array(Float32Array.of(value).buffer)
  bits[0] = ((bits[0] + 0x8000) & 0xffff0000) >>> 0
  return new Float32Array(bits.buffer)[0]
}

/** ∂loss/∂log p of a token, by the servers' definitions. */
function slopeOf(
  loss: string,
  logprob: number,
  old: number,
  advantage: number,
  config: Record<string, number>,
): number {
  if (loss === 'cross_entropy') return -1
  const ratio = Math.exp(logprob - old)
  const clipped = Math.min(Math.max(ratio, config.clip_low_threshold ?? 0), config.clip_high_threshold ?? Infinity)
  if (loss === 'cispo') return -clipped * advantage
  if (loss === 'ppo' && clipped * advantage < ratio * advantage) return 0
  return -ratio * advantage
}

function draw(logprobs: Float64Array, temperature: number, uniform: number): number {
  if (temperature === 0) return logprobs.indexOf(logprobs.reduce((a, b) => Math.max(a, b)))
  const weights = logprobs.map((value) => Math.exp(value / temperature))
  let left = uniform * weights.reduce((a, b) => a + b)
  return Math.max(
    0,
    weights.findIndex((weight) => (left -= weight) < 0),
  )
}

function copyOf({ table, m, v, steps }: Weights): Weights {
  return { table: table.slice(), m: m.slice(), v: v.slice(), steps }
}
