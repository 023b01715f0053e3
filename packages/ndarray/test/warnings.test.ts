import { afterEach, expect, test, vi } from 'vitest'
import { setWarnings, warn } from '../src/index.ts'

afterEach(() => {
  setWarnings('default')
  vi.restoreAllMocks()
})

test('each text is shown once, and again after the default is set anew', () => {
  const shown = vi.spyOn(console, 'warn').mockImplementation(() => {})
  for (const text of ['one', 'two', 'one']) warn(text)
  expect(shown.mock.calls).toEqual([['Warning: one'], ['Warning: two']])
  setWarnings('default')
  warn('one')
  expect(shown).toHaveBeenCalledTimes(3)
})

test('ignored warnings are not shown, and a function gets every one', () => {
  const shown = vi.spyOn(console, 'warn').mockImplementation(() => {})
  expect(setWarnings('ignore')).toBe('default')
  warn('one')
  const got: string[] = []
  const collect = (message: string): void => void got.push(message)
  expect(setWarnings(collect)).toBe('ignore')
  warn('one')
  warn('one')
  expect(setWarnings('default')).toBe(collect)
  expect([shown.mock.calls.length, got]).toEqual([0, ['one', 'one']])
})
