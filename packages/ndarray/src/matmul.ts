import { type ContractEpilogue, contract } from './contract.ts'
import { ShapeError } from './errors.ts'
import * as f from './formulas.ts'
import type { NDArray } from './ndarray.ts'
import { program } from './program.ts'
import { broadcastShapes, formatShape, sizeOf } from './shape.ts'
import { handOver, lettingGo } from './views.ts'

const cannotMultiply = (a: NDArray, b: NDArray, operation: string): ShapeError => {
  const size = (x: NDArray): string => x.shape.join('x')
  return new ShapeError(
    `mat1 and mat2 shapes cannot be multiplied (${size(a)} and ${size(b)}): ${operation} needs the columns of the first ` +
      'to be the rows of the second',
  )
}

/** Matrix product of (M, K) and (K, N), summed and finished in one kernel where an epilogue is given. */
export function mm(a: NDArray, b: NDArray, epilogue?: ContractEpilogue): NDArray {
  if (a.ndim !== 2 || b.ndim !== 2) {
    throw new ShapeError(`mm: needs two matrices, got ${formatShape(a.shape)} and ${formatShape(b.shape)}; see matmul`)
  }
  if (a.shape[1] !== b.shape[0]) throw cannotMultiply(a, b, 'mm')
  return contract('mm', a, b, { batch: 0, m: 1, n: 1, k: 1 }, epilogue)
}

/** (M, K) times (K,) gives (M,). */
export function mv(a: NDArray, x: NDArray): NDArray {
  if (a.ndim !== 2 || x.ndim !== 1 || a.shape[1] !== x.shape[0]) {
    throw new ShapeError(`size mismatch: mv of ${formatShape(a.shape)} and ${formatShape(x.shape)}`)
  }
  return contract('mv', a, x, { batch: 0, m: 1, n: 0, k: 1 })
}

/** (B, M, K) times (B, K, N), matrix by matrix. */
export function bmm(a: NDArray, b: NDArray): NDArray {
  if (a.ndim !== 3 || b.ndim !== 3 || a.shape[0] !== b.shape[0] || a.shape[2] !== b.shape[1]) {
    throw new ShapeError(
      `batch1 and batch2 must be 3D tensors with the same batch and matching sizes: bmm of ${formatShape(a.shape)} ` +
        `and ${formatShape(b.shape)}`,
    )
  }
  return contract('bmm', a, b, { batch: 1, m: 1, n: 1, k: 1 })
}

/**
 * NumPy's matmul: a 1-d operand is a row on the left and a column on the right, whose dim goes away again; dims before
 * the last two broadcast.
 */
export function matmul(a: NDArray, b: NDArray): NDArray {
  if (a.ndim === 0 || b.ndim === 0) {
    throw new ShapeError(
      `both arguments to matmul need to be at least 1D, but they are ${a.ndim}D and ${b.ndim}D; multiply numbers with mul`,
    )
  }
  const left = a.ndim === 1 ? a.unsqueeze(0) : a
  const right = b.ndim === 1 ? b.unsqueeze(-1) : b
  if (left.shape.at(-1) !== right.shape.at(-2)) throw cannotMultiply(a, b, 'matmul')
  const made = [left, right].filter((x) => x !== a && x !== b)
  const out = lettingGo(right.ndim === 2 ? rowsTimesMatrix(left, right) : batchedProduct(left, right), ...made)
  const withoutRow = a.ndim === 1 ? handOver(out, out.squeeze(-2)) : out
  return b.ndim === 1 ? handOver(withoutRow, withoutRow.squeeze(-1)) : withoutRow
}

/** Every leading dim of the left operand is a row dim. */
const rowsTimesMatrix = (a: NDArray, b: NDArray): NDArray =>
  contract('matmul', a, b, { batch: 0, m: a.ndim - 1, n: 1, k: 1 })

function batchedProduct(a: NDArray, b: NDArray): NDArray {
  const batches = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2))
  const [left, right] = [a, b].map((x) => x.expand([...batches, ...x.shape.slice(-2)])) as [NDArray, NDArray]
  const made = [left, right].filter((x) => x !== a && x !== b)
  return lettingGo(contract('matmul', left, right, { batch: batches.length, m: 1, n: 1, k: 1 }), ...made)
}

/** Inner product of vectors, matrix product of matrices; what NumPy's `dot` does up to two dims. */
export function dot(a: NDArray, b: NDArray): NDArray {
  if (a.ndim === 0 || b.ndim === 0) return a.mul(b)
  if (a.ndim > 2 || b.ndim > 2) {
    throw new ShapeError(`dot: takes up to 2 dims, got ${formatShape(a.shape)} and ${formatShape(b.shape)}; see matmul`)
  }
  return matmul(a, b)
}

/** (M,) and (N,) give every product, (M, N). */
export function outer(a: NDArray, b: NDArray): NDArray {
  if (a.ndim !== 1 || b.ndim !== 1) {
    throw new ShapeError(`outer: needs two vectors, got ${formatShape(a.shape)} and ${formatShape(b.shape)}`)
  }
  const column = a.unsqueeze(1)
  return lettingGo(column.mul(b), column)
}

const addBias = program(f.add(f.x0, f.x1))

/** `x · weightᵀ + bias` in one kernel: x (…, in), weight (out, in), bias (out,). */
export function linear(x: NDArray, weight: NDArray, bias?: NDArray): NDArray {
  if (x.ndim === 0 || weight.ndim !== 2 || x.shape.at(-1) !== weight.shape[1]) {
    const rows = sizeOf(x.shape.slice(0, -1))
    throw new ShapeError(
      `mat1 and mat2 shapes cannot be multiplied (${rows}x${x.shape.at(-1)} and ${[...weight.shape].reverse().join('x')}): ` +
        `linear of ${formatShape(x.shape)} with a weight (out, in) of ${formatShape(weight.shape)}`,
    )
  }
  const dims = { batch: 0, m: x.ndim - 1, n: 1, k: 1 }
  const columns = weight.t()
  return lettingGo(contract('linear', x, columns, dims, bias && { program: addBias, inputs: [bias] }), columns)
}
