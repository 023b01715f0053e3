import { join } from 'node:path'
import {
  Application,
  type Comment,
  type CommentDisplayPart,
  type DeclarationReflection,
  type ParameterReflection,
  type ProjectReflection,
  ReferenceReflection,
  ReflectionKind,
  type SignatureReflection,
  type TypeParameterReflection,
} from 'typedoc'
import { ROOT, SITE } from './paths.ts'
import type { Package } from './site.ts'

/** Something that a package exports, or a member of it, as its sources say. */
export interface Entry {
  readonly name: string
  readonly kind: Kind
  /** TypeScript. */
  readonly declaration: string
  /** Markdown. */
  readonly text: string
  /** `@throws`, `@param` and the like: what they are about, and Markdown. */
  readonly notes: readonly { readonly label: string; readonly text: string }[]
  /** Its own ones; inherited ones are described where they come from. */
  readonly members: readonly Entry[]
  /** The package that it is handed up from. */
  readonly from: string | null
}

export type Kind = 'class' | 'function' | 'value' | 'interface' | 'type' | 'namespace'

/** What each package exports, by its name. @throws {TypeError} where the sources cannot be read. */
export async function readApi(packages: readonly Package[]): Promise<ReadonlyMap<string, readonly Entry[]>> {
  const entryPoints = packages.map(({ folder }) => join(ROOT, 'packages', folder, 'src/index.ts'))
  const application = await Application.bootstrap({
    entryPoints,
    tsconfig: join(SITE, 'tsconfig.api.json'),
    // The project's own compiler checks them.
    skipErrorChecking: true,
    excludePrivate: true,
    excludeProtected: true,
    excludeInternal: true,
    disableSources: true,
    disableGit: true,
    readme: 'none',
    logLevel: 'Error',
  })
  const project: ProjectReflection | undefined = await application.convert()
  if (project === undefined) throw new TypeError('typedoc could not read the packages')
  const nameOf = (module: string): string => {
    const folder = module.replace(/\/src(?:\/index)?$/, '')
    return packages.find((each) => each.folder === folder)?.name ?? folder
  }
  return new Map(
    (project.children ?? []).map((module) => [
      nameOf(module.name),
      (module.children ?? []).map((each) => entryOf(each, nameOf)),
    ]),
  )
}

const kinds: Readonly<Partial<Record<ReflectionKind, Kind>>> = {
  [ReflectionKind.Class]: 'class',
  [ReflectionKind.Interface]: 'interface',
  [ReflectionKind.TypeAlias]: 'type',
  [ReflectionKind.Function]: 'function',
  [ReflectionKind.Namespace]: 'namespace',
}

function entryOf(found: DeclarationReflection, nameOf: (module: string) => string): Entry {
  const isHandedUp = found instanceof ReferenceReflection
  const target = isHandedUp ? (found.getTargetReflectionDeep() as DeclarationReflection) : found
  const comment = target.comment ?? target.signatures?.find((each) => each.comment !== undefined)?.comment
  const members = isHandedUp ? [] : (target.children ?? []).filter(isOwn)
  return {
    name: found.name,
    kind: kinds[target.kind] ?? (target.signatures === undefined ? 'value' : 'function'),
    declaration: declarationOf(target, found.name),
    text: markdownOf(comment?.summary),
    notes: notesOf(comment, target.signatures),
    members: members.map((each) => entryOf(each, nameOf)),
    from: isHandedUp ? nameOf(moduleOf(target)) : null,
  }
}

/** `Symbol` members and inherited ones say nothing new. */
const isOwn = ({ inheritedFrom, name }: DeclarationReflection): boolean =>
  inheritedFrom === undefined && !name.startsWith('[')

function moduleOf(reflection: DeclarationReflection): string {
  let at: DeclarationReflection | undefined = reflection
  while (at?.parent !== undefined && !at.kindOf(ReflectionKind.Module)) at = at.parent as DeclarationReflection
  return at?.name ?? ''
}

/** Longer declarations go one parameter a line. */
const WIDTH = 84

function declarationOf(declared: DeclarationReflection, name: string): string {
  const { kind, flags, type, signatures, typeParameters, extendedTypes, implementedTypes, getSignature } = declared
  const generic = genericOf(typeParameters)
  if (kind === ReflectionKind.Class || kind === ReflectionKind.Interface) {
    const word = kind === ReflectionKind.Class ? `${flags.isAbstract ? 'abstract ' : ''}class` : 'interface'
    const list = (relation: string, types: readonly { toString(): string }[] | undefined): string =>
      types === undefined ? '' : ` ${relation} ${types.map(String).join(', ')}`
    return `${word} ${name}${generic}${list('extends', extendedTypes)}${list('implements', implementedTypes)}`
  }
  if (kind === ReflectionKind.TypeAlias) return `type ${name}${generic} = ${type ?? '{ … }'}`
  if (kind === ReflectionKind.Namespace) return `namespace ${name}`
  if (signatures !== undefined) {
    const word = kind === ReflectionKind.Function ? 'function ' : ''
    const shown = kind === ReflectionKind.Constructor ? 'constructor' : name
    return signatures.map((each) => `${word}${signatureOf(shown, each)}`).join('\n')
  }
  const modifiers = `${flags.isStatic ? 'static ' : ''}${kind === ReflectionKind.Variable ? 'const ' : ''}`
  return `${modifiers}${name}${flags.isOptional ? '?' : ''}: ${getSignature?.type ?? type ?? 'unknown'}`
}

function signatureOf(name: string, { parameters = [], type, typeParameters }: SignatureReflection): string {
  const result = name === 'constructor' ? '' : `: ${type}`
  const head = `${name}${genericOf(typeParameters)}`
  const shown = parameters.map(parameterOf)
  const line = `${head}(${shown.join(', ')})${result}`
  return line.length <= WIDTH ? line : `${head}(\n  ${shown.join(',\n  ')},\n)${result}`
}

function parameterOf({ name, flags, type, defaultValue }: ParameterReflection): string {
  const mark = flags.isOptional || defaultValue !== undefined ? '?' : ''
  return `${flags.isRest ? '...' : ''}${name === '__namedParameters' ? 'options' : name}${mark}: ${type}`
}

function genericOf(parameters: readonly TypeParameterReflection[] | undefined): string {
  if (parameters === undefined || parameters.length === 0) return ''
  const show = ({ name, type, default: fallback }: TypeParameterReflection): string =>
    `${name}${type === undefined ? '' : ` extends ${type}`}${fallback === undefined ? '' : ` = ${fallback}`}`
  return `<${parameters.map(show).join(', ')}>`
}

const markdownOf = (parts: readonly CommentDisplayPart[] = []): string =>
  parts.map(({ kind, text }) => (kind === 'inline-tag' ? `\`${text}\`` : text)).join('')

function notesOf(comment: Comment | undefined, signatures: readonly SignatureReflection[] | undefined): Entry['notes'] {
  const parameters = (signatures?.[0]?.parameters ?? []).flatMap(({ name, comment }) =>
    comment === undefined ? [] : [{ label: name, text: markdownOf(comment.summary) }],
  )
  const tags = (comment?.blockTags ?? []).map(({ tag, content }) => ({
    label: words[tag] ?? tag,
    text: markdownOf(content),
  }))
  return [...parameters, ...tags]
}

const words: Readonly<Record<string, string>> = {
  '@returns': 'gives',
  '@throws': 'throws',
  '@see': 'see',
  '@typeParam': 'type',
}
