import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inject } from 'vitest'
import { type Rung, rungNamed } from './ladder.ts'
import { runOrThrow } from './run.ts'

/**
 * A user's folder with one package installed from its tarball by npm, made at the first call. Nothing is published, so
 * the packages that it depends on come from their tarballs too.
 */
export async function installed(name: string, { withPeers = false, copy = '' } = {}): Promise<string> {
  const rung = rungNamed(name)
  const folder = join(inject('workFolder'), 'users', `${rung.folder}${withPeers ? '-with-peers' : ''}${copy}`)
  if (existsSync(join(folder, 'node_modules'))) return folder
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifestOf(rung, withPeers), null, 2)}\n`)
  const quiet = ['--no-audit', '--no-fund', '--no-update-notifier', '--prefer-offline', '--loglevel=error']
  await runOrThrow('npm', ['install', ...quiet], { cwd: folder })
  return folder
}

function manifestOf({ name, brings, peers }: Rung, withPeers: boolean): object {
  const tarball = (each: string): [string, string] => [each, `file:${inject('tarballs')[each]}`]
  return {
    name: 'somebody',
    private: true,
    type: 'module',
    dependencies: { ...Object.fromEntries([tarball(name)]), ...(withPeers ? peers : {}) },
    overrides: Object.fromEntries(brings.filter((each) => each !== name).map(tarball)),
  }
}

/** The packages in a folder's `node_modules`, nested ones too. */
export function packagesIn(folder: string): string[] {
  const modules = join(folder, 'node_modules')
  if (!existsSync(modules)) return []
  const names = readdirSync(modules)
    .filter((entry) => !entry.startsWith('.'))
    .flatMap((entry) =>
      entry.startsWith('@') ? readdirSync(join(modules, entry)).map((inner) => `${entry}/${inner}`) : [entry],
    )
  return names.flatMap((name) => [name, ...packagesIn(join(modules, name))]).toSorted()
}

/** A fresh copy of an installation, for a bundler to work in. */
export function copyOf(folder: string, name: string): string {
  const copy = `${folder}-${name}`
  cpSync(folder, copy, { recursive: true })
  return copy
}
