import { closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete'
import { defaultKeymap, indentWithTab } from '@codemirror/commands'
import { json } from '@codemirror/lang-json'
import { bracketMatching, foldGutter, foldKeymap, indentOnInput, indentUnit } from '@codemirror/language'
import { linter, lintGutter, lintKeymap, type Diagnostic as Mark } from '@codemirror/lint'
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search'
import { Compartment, type Extension } from '@codemirror/state'
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from '@codemirror/view'
import type { Format } from '~/asl/program'
import type { Question } from '../api/language'
import { redo, undo } from '../document/history'
import { type Problem, plain } from '../problems/problems'
import { assistance } from './assistance'
import { hangingIndent } from './hanging'
import { selectedLines } from './selected-lines'
import { look } from './theme'

/** The language, which changes with the format. */
export const language = new Compartment()

/** What the editor adds to the document's state while it is shown. */
export function editorExtensions(question: () => Question, format: () => void): Extension {
  return [
    lineNumbers(),
    foldGutter(),
    lintGutter(),
    // What cannot be seen, or turns the text round it about, is shown as a dot.
    highlightSpecialChars(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    drawSelection(),
    EditorView.lineWrapping,
    hangingIndent,
    indentOnInput(),
    indentUnit.of('  '),
    bracketMatching(),
    closeBrackets(),
    highlightSelectionMatches({ minSelectionLength: 3 }),
    search({ top: true }),
    linter(null),
    assistance(question),
    selectedLines,
    language.of([]),
    look,
    // The browser's own menu undoes too.
    EditorView.domEventHandlers({
      beforeinput(event, view) {
        const command =
          event.inputType === 'historyUndo' ? undo : event.inputType === 'historyRedo' ? redo : undefined
        if (!command) return false
        event.preventDefault()
        return command(view)
      },
    }),
    EditorView.contentAttributes.of({ 'aria-label': 'Definition', 'data-testid': 'code', tabindex: '0' }),
    keymap.of([
      {
        key: 'Shift-Alt-f',
        run: () => {
          format()
          return true
        },
      },
      ...closeBracketsKeymap,
      ...completionKeymap,
      ...searchKeymap,
      { key: 'Mod-z', run: undo, preventDefault: true },
      { key: 'Mod-y', mac: 'Mod-Shift-z', run: redo, preventDefault: true },
      { linux: 'Ctrl-Shift-z', run: redo, preventDefault: true },
      ...foldKeymap,
      ...lintKeymap,
      // Escape, then Tab, leaves the editor.
      indentWithTab,
      ...defaultKeymap,
    ]),
  ]
}

/** YAML's mode is only fetched when somebody writes YAML. */
export async function languageOf(format: Format): Promise<Extension> {
  if (format === 'json') return json()
  const { yaml } = await import('@codemirror/lang-yaml')
  return yaml()
}

export function marksOf(problems: readonly Problem[], length: number): Mark[] {
  return problems.map(problem => ({
    from: Math.min(problem.start, length),
    to: Math.min(Math.max(problem.end, problem.start), length),
    severity: problem.severity === 'error' ? 'error' : 'warning',
    message: problem.help ? `${plain(problem.message)}\n${problem.help}` : plain(problem.message),
    source: problem.code,
  }))
}
