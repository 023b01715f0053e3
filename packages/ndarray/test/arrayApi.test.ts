import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import * as nd from '../src/index.ts'

/** Every function and constant of the array API standard 2024.12 outside its extensions. */
const standard = `
  arange asarray empty empty_like eye from_dlpack full full_like linspace meshgrid ones ones_like tril triu zeros zeros_like
  astype can_cast finfo iinfo isdtype result_type
  abs acos acosh add asin asinh atan atan2 atanh bitwise_and bitwise_left_shift bitwise_invert bitwise_or
  bitwise_right_shift bitwise_xor ceil clip conj copysign cos cosh divide equal exp expm1 floor floor_divide greater
  greater_equal hypot imag isfinite isinf isnan less less_equal log log1p log2 log10 logaddexp logical_and logical_not
  logical_or logical_xor maximum minimum multiply negative nextafter not_equal positive pow real reciprocal remainder round
  sign signbit sin sinh square sqrt subtract tan tanh trunc
  take take_along_axis argmax argmin count_nonzero nonzero searchsorted where unique_all unique_counts unique_inverse
  unique_values argsort sort
  broadcast_arrays broadcast_to concat expand_dims flip moveaxis permute_dims repeat reshape roll squeeze stack tile unstack
  matmul matrix_transpose tensordot vecdot
  cumulative_prod cumulative_sum max mean min prod std sum var all any diff
  e inf nan newaxis pi __array_namespace_info__
`
  .trim()
  .split(/\s+/)

const text = readFileSync(new URL('../../../docs/array-api.md', import.meta.url), 'utf8')
const rows = [...text.matchAll(/^\| `(\w+)` +\| (\S+) +\| (.*?) *\|$/gm)].map(([, name, here, remarks]) => ({
  name: name!,
  here: here!,
  remarks: remarks!,
}))

test('the table lists each function of the standard once', () => {
  expect(rows.map(({ name }) => name).toSorted()).toEqual(standard.toSorted())
})

test.each(rows.map(({ name, here, remarks }) => [name, here, remarks] as const))('%s: %s', (_, here, remarks) => {
  if (here === 'no') {
    expect(remarks).not.toBe('')
    return
  }
  const [, method, name] = /^`(x\.)?(\w+)`$/.exec(here)!
  const owner: object = method === undefined ? nd : nd.NDArray.prototype
  expect((owner as Readonly<Record<string, unknown>>)[name!]).toBeTypeOf('function')
})
