import { type Extension, StateEffect, StateField } from '@codemirror/state'
import { Decoration, type DecorationSet, EditorView } from '@codemirror/view'

/** Marks the line where a run ended with an error; null marks none. */
export const markLine = StateEffect.define<number | null>()

const marked = Decoration.line({ class: 'cm-failed' })

export const failedLine: Extension = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, { changes, effects, state }) {
    for (const effect of effects) {
      if (!effect.is(markLine)) continue
      const line = effect.value
      if (line === null || line > state.doc.lines) return Decoration.none
      return Decoration.set(marked.range(state.doc.line(line).from))
    }
    return marks.map(changes)
  },
  provide: (field) => EditorView.decorations.from(field),
})
