import { expect, test } from 'vitest'
import { collectLicences } from '../src/build/licences.ts'

const input = { bytes: 1, imports: [] }

test('gives the licence of each package once, and of our own sources none', () => {
  const text = collectLicences({
    'src/page/lesson.ts': input,
    'node_modules/katex/katex.js': input,
    'node_modules/katex/fonts/main.woff2': input,
    'node_modules/@lezer/highlight/dist/index.js': input,
  })
  expect(text.match(/^\S+ \d+\.\d+\.\d+: MIT$/gm)).toEqual(['@lezer/highlight 1.2.5: MIT', 'katex 0.19.1: MIT'])
  expect(text.match(/The MIT License|MIT License/g)?.length).toBe(2)
})
