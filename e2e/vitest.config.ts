import { defineConfig } from 'vitest/config'

const conditions = ['@rungs/source']
const reports = process.env.RUNGS_TEST_REPORTS

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['specs/*.spec.ts'],
    globalSetup: ['lib/setup.ts'],
    pool: 'forks',
    // Each file starts npm, a bundler or a browser: two at once are slower than one after the other.
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 180_000,
    reporters: reports ? ['default', ['json', { outputFile: `${reports}/e2e-${process.pid}.json` }]] : ['default'],
  },
})
