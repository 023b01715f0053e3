import { resolve } from 'node:path'
import { build } from 'esbuild'
import { expect, test } from 'vitest'

/**
 * Functions that a page may do without, and a text that stands in the code of each and nowhere else. The formulas themselves
 * stay: the package exports them as one object. So does `cat`: `array` stacks lists of arrays.
 */
const optional: readonly (readonly [name: string, text: string])[] = [
  ['quantile', 'q values must be in the range'],
  ['histogram', 'bins must be positive'],
  ['bincount', '1-d non-negative integral'],
  ['searchsorted', 'boundaries should be 1 dimension'],
  ['tensordot', 'contracted dimensions need to match'],
  ['cross', 'must have length 3'],
  ['pad', 'Padding length must be divisible'],
  ['roll', 'shifts and dimensions must align'],
  ['tensorSplit', 'number of sections must be larger'],
  ['tril', 'input must have at least 2 dimensions'],
  ['movedim', 'source and destination name'],
  ['topk', 'selected index k out of range'],
  ['finfo', 'is no floating-point dtype'],
  ['atan', '-16.15753718733365'],
  ['randn', 'draw float32 and cast'],
  ['numpyRng', "of a '"],
  ['unique', '"unique"'],
  ['diff', 'order must be non-negative'],
  ['takeAlongDim', 'input and indices should have the same number'],
]

const source = resolve(import.meta.dirname, '../../packages/ndarray/src/index.ts')
const common = { bundle: true, format: 'esm', platform: 'neutral', target: 'es2022', write: false } as const
const textOf = async (options: import('esbuild').BuildOptions): Promise<string> =>
  (await build({ ...common, ...options })).outputFiles![0]!.text

// One file, as the package is published: what is dropped is dropped by statement, not by file.
const published = await textOf({ entryPoints: [source], minifySyntax: true })

/** What a bundler leaves of the package for a page that imports `names`. */
const leftFor = (names: readonly string[]): Promise<string> =>
  textOf({
    stdin: { contents: `import { ${names} } from '@rungs/ndarray'\nglobalThis.kept = [${names}]` },
    minifySyntax: true,
    plugins: [
      {
        name: 'published',
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /^@rungs/ }, ({ path }) => ({ path, namespace: 'published', sideEffects: false }))
          onLoad({ filter: /.*/, namespace: 'published' }, () => ({ contents: published }))
        },
      },
    ],
  })

test('a page that makes arrays gets none of the functions that it does not import', async () => {
  const left = await leftFor(['array'])
  expect(optional.filter(([, text]) => left.includes(text)).map(([name]) => name)).toEqual([])
})

test('each is there for a page that imports it', async () => {
  const left = await leftFor(optional.map(([name]) => name))
  expect(optional.filter(([, text]) => !left.includes(text)).map(([name]) => name)).toEqual([])
})

test('one that is imported brings only what it stands on', async () => {
  const left = await leftFor(['array', 'quantile'])
  const brought = optional.filter(([, text]) => left.includes(text)).map(([name]) => name)
  expect(brought).toEqual(['quantile'])
})
