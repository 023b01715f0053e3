import { expect, test, vi } from 'vitest'
import { add, array, DTypeError, mm, RungsError } from '../src/index.ts'

test('arrays of a second copy of the package are named, wherever they stand', async () => {
  vi.resetModules()
  const other = await import('../src/index.ts')
  const foreign = other.array([[1, 2]]) as unknown as ReturnType<typeof array>
  const own = array([[1], [2]])
  for (const call of [
    () => own.add(foreign),
    () => add(foreign, own),
    () => mm(foreign, own),
    () => own.add_(foreign),
    () => add(foreign, 1),
    () => own.at(foreign),
    () => array(foreign as unknown as number[]),
  ]) {
    expect(call).toThrow(RungsError)
    expect(call).toThrow(/another copy of @rungs\/ndarray/)
  }
})

test('what is neither array nor number is refused with what came', () => {
  const own = array([1, 2])
  expect(() => own.add('3' as unknown as number)).toThrow(DTypeError)
  expect(() => own.add('3' as unknown as number)).toThrow('got string 3; make an array with array(…)')
  expect(() => own.mul([1, 2] as unknown as number)).toThrow('got [object Array]')
  expect(() => own.mul(undefined as unknown as number)).toThrow('got undefined; make')
})
