import { describe, expect, test } from 'vitest'
import * as nd from '../src/index.ts'
import { thrown, values } from './support.ts'

const other = nd.createCpuDevice()

/** Arrays that calls get; after a call that fails, all of them must be as before. */
export interface Arrays {
  readonly x: nd.NDArray
  readonly y: nd.NDArray
  readonly v: nd.NDArray
  readonly ints: nd.NDArray
  readonly flags: nd.NDArray
  readonly there: nd.NDArray
  readonly gone: nd.NDArray
}

export function arrays(): Arrays {
  const gone = nd.ones([2, 3])
  gone.dispose()
  return {
    x: nd.arange(6).reshape([2, 3]),
    y: nd.ones([3, 2]),
    v: nd.array([1, 2]),
    ints: nd.array([0, 1], { dtype: 'int32' }),
    flags: nd.array([true, false]),
    there: nd.ones([2, 3], { device: other }),
    gone,
  }
}

/** Typed callers cannot write these; JavaScript ones can. */
export const untyped = <T>(value: unknown): T => value as T

export type Row = [what: string, call: (a: Arrays) => unknown, type: typeof nd.RungsError, texts: string[]]

/** Each call throws its named error with these texts in it, and changes nothing. */
export function describeErrors(what: string, rows: readonly Row[]): void {
  describe(what, () => {
    test.each(rows)('%s', (__, call, type, texts) => {
      const used = arrays()
      const { gone: ___, ...alive } = used
      const before = Object.values(alive).map((x) => [values(x), x.version])
      const error = thrown(() => call(used))
      expect(error.message).not.toBe('nothing was thrown')
      expect(error.name).toBe(type.name)
      expect(error).toBeInstanceOf(type)
      expect(error).toBeInstanceOf(nd.RungsError)
      for (const text of texts) expect(error.message).toContain(text)
      expect(Object.values(alive).map((x) => [values(x), x.version])).toEqual(before)
    })
  })
}
