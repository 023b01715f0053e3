import { describe, expect, test } from 'vitest'
import { createLinker, relativeUrl } from '../src/build/links.ts'

test.each([
  ['', '', './'],
  ['', 'docs/architecture/', 'docs/architecture/'],
  ['docs/architecture/', '', '../../'],
  ['docs/architecture/', 'docs/array-api/', '../array-api/'],
  ['docs/architecture/', 'assets/site.css', '../../assets/site.css'],
  ['docs/architecture/', '#lessons', '../../#lessons'],
  ['', '#lessons', '#lessons'],
])("from '%s' to '%s' it is '%s'", (from, to, url) => expect(relativeUrl(from, to)).toBe(url))

describe('a link in a document', () => {
  test.each([
    ['https://example.org/', 'https://example.org/'],
    ['#below', '#below'],
    ['architecture.md', '../architecture/'],
    ['architecture.md#the-seam', '../architecture/#the-seam'],
    ['../packages/ndarray', '../../packages/ndarray/'],
    ['../README.md', '../../'],
    ['../LICENSE', '../../source/LICENSE/'],
    ['../bench', '../../source/bench/README.md/'],
  ])('%s becomes %s', (href, url) => {
    expect(createLinker().link(href, 'docs/benchmarks.md', 'docs/benchmarks/')).toBe(url)
  })

  test('gives a page to the file that it names', () => {
    const linker = createLinker()
    linker.link('../apps/ladder/src/main.ts', 'docs/benchmarks.md', 'docs/benchmarks/')
    expect([...linker.sources]).toEqual(['LICENSE', 'apps/ladder/src/main.ts'])
  })

  test.each(['missing.md', '../../outside.md'])('to nowhere is refused: %s', (href) => {
    expect(() => createLinker().link(href, 'docs/benchmarks.md', 'docs/benchmarks/')).toThrow(
      `docs/benchmarks.md: there is nothing at '${href}'`,
    )
  })
})
