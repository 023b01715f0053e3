import { join } from 'node:path'
import { createContext, Script } from 'node:vm'
import { build } from 'esbuild'
import { describe, expect, inject, test } from 'vitest'
import { ladder } from '../lib/ladder.ts'
import { run } from '../lib/run.ts'
import { installed } from '../lib/user.ts'

const imports = ladder.map(({ name }, index) => `import * as rung${index} from '${name}'`).join('\n')
const counts = `[${ladder.map((_, index) => `Object.keys(rung${index}).length`).join(', ')}]`

describe('importing every package', () => {
  test('works in a Node without navigator, and leaves no global behind', async () => {
    const program = [
      'delete globalThis.navigator\nconst before = Reflect.ownKeys(globalThis)',
      ...ladder.map(({ name }) => `await import('${name}')`),
      "if (typeof navigator !== 'undefined') throw new Error('there is a navigator')",
      'console.log(Reflect.ownKeys(globalThis).filter((key) => !before.includes(key)).map(String).join())',
    ].join('\n')
    const args = ['--input-type=module', '--eval', program]
    const { status, stdout, stderr } = await run(process.execPath, args, { cwd: await installed('rungs') })
    expect(stderr).toBe('')
    expect(status).toBe(0)
    expect(stdout.trim()).toBe('')
  })

  test('lets the process end by itself: no timer, port or handle stays open', async () => {
    const started = performance.now()
    const args = ['--input-type=module', '--eval', "await import('rungs')"]
    const { status } = await run(process.execPath, args, { cwd: await installed('rungs') })
    expect(status).toBe(0)
    expect(performance.now() - started).toBeLessThan(10_000)
  })

  test('works in a realm that has the language and nothing else', async () => {
    const { outputFiles } = await build({
      stdin: { contents: `${imports}\nglobalThis.counts = ${counts}`, resolveDir: await installed('rungs') },
      bundle: true,
      write: false,
      format: 'iife',
      platform: 'neutral',
      logLevel: 'silent',
    })
    const realm = createContext({}) as { counts?: number[] }
    new Script(outputFiles[0]?.text ?? '', { filename: join(inject('workFolder'), 'realm.js') }).runInContext(realm)
    expect(realm.counts).toHaveLength(ladder.length)
    for (const count of realm.counts ?? []) expect(count).toBeGreaterThan(0)
  })
})

describe('asking for WebGPU', () => {
  const program = "await (await import('@rungs/kernels-webgpu')).createWebGpuDevice()"

  test('in a Node that has none says which package gives one', async () => {
    const args = ['--input-type=module', '--eval', program]
    const { status, stderr } = await run(process.execPath, args, { cwd: await installed('@rungs/kernels-webgpu') })
    expect(stderr).toMatch(/DeviceError.*npm install webgpu@0\.6\.2/)
    expect(status).toBe(1)
  })

  test('of a process that has nothing of Node, nor of a browser, says so', async () => {
    const hidden = `delete globalThis.navigator\nObject.defineProperty(globalThis, 'process', { value: undefined })\n${program}`
    const args = ['--input-type=module', '--eval', hidden]
    const { status, stderr } = await run(process.execPath, args, { cwd: await installed('@rungs/kernels-webgpu') })
    expect(stderr).toMatch(/DeviceError.*there is no navigator\.gpu/)
    expect(status).toBe(1)
  })
})
