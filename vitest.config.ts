import { defineConfig } from 'vitest/config'

// Packages are tested from their sources: nothing has to be built first.
const conditions = ['@rungs/source']
const reports = process.env.RUNGS_TEST_REPORTS

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['**/test/**/*.test.ts'],
    pool: 'forks',
    // Software adapters compile a kernel in seconds where other work keeps the cores busy.
    testTimeout: 60_000,
    // Left alone, vitest keeps one core for itself, which of two is half.
    maxWorkers: '100%',
    reporters: reports ? ['default', ['json', { outputFile: `${reports}/vitest-${process.pid}.json` }]] : ['default'],
  },
})
