import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { describe, expect, inject, test } from 'vitest'
import { ladder } from '../lib/ladder.ts'
import { run, runOrThrow } from '../lib/run.ts'
import { installed, packagesIn } from '../lib/user.ts'

const ATTW = join(import.meta.dirname, '../node_modules/.bin/attw')
const ESSENTIAL = ['package/LICENSE', 'package/README.md', 'package/dist/index.d.ts', 'package/dist/index.js']

const tarballOf = (name: string): string => inject('tarballs')[name] ?? ''

describe.each(ladder)('the tarball of $name', ({ name }) => {
  test('holds the build, the readme and the licence, and neither sources nor tests', async () => {
    const { stdout } = await runOrThrow('tar', ['-tzf', tarballOf(name)], { cwd: inject('workFolder') })
    const files = stdout.trim().split('\n')
    expect(files).toEqual(expect.arrayContaining(ESSENTIAL))
    expect(files.filter((file) => !/^package\/(dist\/.+|package\.json|README\.md|LICENSE)$/.test(file))).toEqual([])
    expect(files.filter((file) => /tsbuildinfo|\.test\./.test(file))).toEqual([])
  })

  test('offers one entry and depends on the released versions', async () => {
    const args = ['-xzOf', tarballOf(name), 'package/package.json']
    const { stdout } = await runOrThrow('tar', args, { cwd: inject('workFolder') })
    const { version, exports, dependencies = {} } = JSON.parse(stdout)
    expect(exports).toEqual({ '.': { types: './dist/index.d.ts', default: './dist/index.js' } })
    expect(Object.values(dependencies)).toEqual(Object.keys(dependencies).map(() => version))
  })

  test('is clean in the eyes of publint', async () => {
    const file = readFileSync(tarballOf(name))
    const tarball = file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength)
    const { messages, pkg } = await publint({ pack: { tarball }, strict: true })
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([])
  })

  test('is clean in the eyes of attw', async () => {
    const args = ['--profile', 'esm-only', '--format', 'ascii', '--no-color', tarballOf(name)]
    const { status, stdout, stderr } = await run(ATTW, args, { cwd: inject('workFolder') })
    expect(status, stdout + stderr).toBe(0)
  })
})

describe('installing', () => {
  test.each(ladder)('$name brings exactly what it stands on', async ({ name, brings }) => {
    expect(packagesIn(await installed(name))).toEqual(brings)
  })

  const withPeers = ladder.filter(({ peers }) => Object.keys(peers).length > 0)
  test.each(withPeers)('$name brings its optional peer when asked', async ({ name, brings, peers }) => {
    expect(packagesIn(await installed(name, { withPeers: true }))).toEqual(
      expect.arrayContaining([...brings, ...Object.keys(peers)]),
    )
  })
})
