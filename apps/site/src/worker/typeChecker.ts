import { createSystem, createVirtualTypeScriptEnvironment } from '@typescript/vfs'
import ts from 'typescript'
import type { Completion, Hover, Problem, Questions } from '../typesProtocol.ts'

export type TypeChecker = {
  [Q in keyof Questions]: (ask: Questions[Q]['ask']) => Questions[Q]['answer']
}

const FILE = '/lesson.ts'

/** As the lessons are checked in the project. */
export const compilerOptions: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts'],
  types: [],
  customConditions: ['browser'],
  allowImportingTsExtensions: true,
  strict: true,
  exactOptionalPropertyTypes: true,
  noImplicitOverride: true,
  noImplicitReturns: true,
  noFallthroughCasesInSwitch: true,
  skipLibCheck: true,
  noEmit: true,
}

/**
 * Checks one file against the declarations of the packages.
 * @param files by path: TypeScript's libraries, `/globals.d.ts`, and the packages below `/node_modules`.
 */
export function createTypeChecker(files: ReadonlyMap<string, string>): TypeChecker {
  const system = createSystem(new Map([...files, [FILE, 'export {}']]))
  const environment = createVirtualTypeScriptEnvironment(system, [FILE, '/globals.d.ts'], ts, compilerOptions)
  const service = environment.languageService
  // An empty file cannot be updated, and has nothing to say.
  const update = (text: string): void => environment.updateFile(FILE, text === '' ? '\n' : text)

  function check({ text }: { readonly text: string }): Problem[] {
    update(text)
    const found = [...service.getSyntacticDiagnostics(FILE), ...service.getSemanticDiagnostics(FILE)]
    return found
      .filter(({ category }) => category === ts.DiagnosticCategory.Error)
      .map(({ start = 0, length = 0, messageText }) => {
        const from = Math.min(start, text.length)
        return {
          from,
          to: Math.min(from + length, text.length),
          message: ts.flattenDiagnosticMessageText(messageText, '\n'),
        }
      })
  }

  function hover({ text, at }: { readonly text: string; readonly at: number }): Hover | null {
    update(text)
    const info = service.getQuickInfoAtPosition(FILE, at)
    if (info === undefined) return null
    const { start, length } = info.textSpan
    return {
      from: start,
      to: start + length,
      type: ts.displayPartsToString(info.displayParts),
      documentation: ts.displayPartsToString(info.documentation),
    }
  }

  function complete({ text, at }: { readonly text: string; readonly at: number }): Completion[] {
    update(text)
    const found = service.getCompletionsAtPosition(FILE, at, { includeCompletionsForModuleExports: false })
    return (found?.entries ?? []).map(({ name, kind }) => ({ label: name, kind }))
  }

  return { check, hover, complete }
}
