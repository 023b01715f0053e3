/** An operation of an ONNX graph. Attributes are integers, lists of them, or text. */
export interface OnnxNode {
  readonly type: string
  readonly inputs: readonly string[]
  readonly output: string
  readonly attributes?: Readonly<Record<string, number | readonly number[] | string>>
}

export interface OnnxGraph {
  readonly nodes: readonly OnnxNode[]
  /** Shapes by name; all float32 unless in `constants`. */
  readonly inputs: Readonly<Record<string, readonly number[]>>
  readonly outputs: Readonly<Record<string, readonly number[]>>
  /** Float32 scalars, and lists of int64. */
  readonly constants?: Readonly<Record<string, number | readonly number[]>>
}

const FLOAT = 1
const INT64 = 7
const ATTRIBUTE_TYPES = { integer: 2, text: 3, integers: 7 }

/**
 * The bytes of a model: just enough of protocol buffers to write onnx.proto's ModelProto, whose field numbers these are.
 * IR version 10, operator set 20 (which has Gelu).
 */
export function onnxModel({ nodes, inputs, outputs, constants = {} }: OnnxGraph): Uint8Array {
  const graph = [
    ...nodes.map((node) => message(1, nodeBytes(node))),
    text(2, 'graph'),
    ...Object.entries(constants).map(([name, value]) => message(5, constantBytes(name, value))),
    ...Object.entries(inputs).map(([name, shape]) => message(11, valueInfo(name, shape))),
    ...Object.entries(outputs).map(([name, shape]) => message(12, valueInfo(name, shape))),
  ]
  return Uint8Array.from([...integer(1, 10), ...message(7, graph.flat()), ...message(8, integer(2, 20))])
}

function nodeBytes({ type, inputs, output, attributes = {} }: OnnxNode): number[] {
  const list = Object.entries(attributes).map(([name, value]) => message(5, attributeBytes(name, value)))
  return [...inputs.flatMap((name) => text(1, name)), ...text(2, output), ...text(4, type), ...list.flat()]
}

function attributeBytes(name: string, value: number | readonly number[] | string): number[] {
  if (typeof value === 'number')
    return [...text(1, name), ...integer(3, value), ...integer(20, ATTRIBUTE_TYPES.integer)]
  if (typeof value === 'string') return [...text(1, name), ...text(4, value), ...integer(20, ATTRIBUTE_TYPES.text)]
  return [...text(1, name), ...value.flatMap((v) => integer(8, v)), ...integer(20, ATTRIBUTE_TYPES.integers)]
}

/** A TensorProto with raw data: a float32 scalar, or a list of int64. */
function constantBytes(name: string, value: number | readonly number[]): number[] {
  const [type, data, dims] =
    typeof value === 'number'
      ? [FLOAT, Float32Array.of(value), []]
      : [INT64, BigInt64Array.from(value, BigInt), integer(1, value.length)]
  return [...dims, ...integer(2, type), ...text(8, name), ...message(9, [...new Uint8Array(data.buffer)])]
}

function valueInfo(name: string, shape: readonly number[]): number[] {
  const dims = shape.flatMap((size) => message(1, integer(1, size)))
  const tensorType = [...integer(1, FLOAT), ...message(2, dims)]
  return [...text(1, name), ...message(2, message(1, tensorType))]
}

function varint(value: number): number[] {
  const bytes: number[] = []
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest]
    bytes.push((rest % 128) + 128)
  }
}

const integer = (field: number, value: number): number[] => [...varint(field * 8), ...varint(value)]
const message = (field: number, bytes: readonly number[]): number[] => [
  ...varint(field * 8 + 2),
  ...varint(bytes.length),
  ...bytes,
]
const text = (field: number, value: string): number[] => message(field, [...new TextEncoder().encode(value)])
