import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import type { Extension } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import { tags } from '@lezer/highlight'

const theme = EditorView.theme({
  '&': { height: '100%', color: 'var(--text)', backgroundColor: 'var(--surface)', fontSize: '12.5px' },
  '.cm-scroller': { fontFamily: 'var(--font-mono)', lineHeight: '20px', fontVariantLigatures: 'none' },
  '.cm-content': { caretColor: 'var(--text)', padding: '8px 0' },
  '&.cm-focused': { outline: 'none' },
  '&.cm-focused .cm-cursor': { borderLeftColor: 'var(--text)' },
  '.cm-gutters': { backgroundColor: 'var(--surface)', color: 'var(--muted)', border: 'none' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'var(--canvas)' },
  '.cm-stateLine': { boxShadow: 'inset 2px 0 0 var(--focus)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'color-mix(in srgb, var(--focus) 28%, transparent) !important',
  },
  '.cm-selectionMatch': { backgroundColor: 'var(--selected)' },
  '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': {
    backgroundColor: 'var(--selected)',
    outline: '1px solid var(--line-strong)',
  },
  '.cm-foldPlaceholder': {
    backgroundColor: 'var(--hover)',
    border: '1px solid var(--line)',
    color: 'var(--muted)',
    padding: '0 6px',
  },
  '.cm-tooltip': {
    backgroundColor: 'var(--raised)',
    color: 'var(--text)',
    border: '1px solid var(--line)',
    borderRadius: '6px',
    maxWidth: 'min(520px, 90vw)',
    boxShadow: '0 8px 24px rgb(0 0 0 / 0.16)',
  },
  '.cm-tooltip-autocomplete > ul > li': { padding: '3px 8px', fontFamily: 'var(--font-mono)' },
  '.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    backgroundColor: 'var(--selected)',
    color: 'var(--text)',
  },
  '.cm-completionDetail': { color: 'var(--muted)', fontStyle: 'normal' },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '600' },
  '.cm-completionInfo': { padding: '8px', whiteSpace: 'pre-wrap', fontFamily: 'var(--font-sans)' },
  '.cm-diagnostic': { padding: '4px 8px', whiteSpace: 'pre-wrap', fontFamily: 'var(--font-sans)' },
  '.cm-diagnostic-error': { borderLeft: '3px solid var(--state-failed)' },
  '.cm-diagnostic-warning': { borderLeft: '3px solid var(--state-caught)' },
  '.cm-lintRange-error': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--state-failed)',
    textUnderlineOffset: '3px',
  },
  '.cm-lintRange-warning': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--state-caught)',
    textUnderlineOffset: '3px',
  },
  '.cm-lint-marker': { width: '8px', height: '8px', borderRadius: '50%', margin: '6px 3px' },
  '.cm-lint-marker-error': { content: 'none', backgroundColor: 'var(--state-failed)' },
  '.cm-lint-marker-warning': {
    content: 'none',
    backgroundColor: 'var(--state-caught)',
    borderRadius: '0',
    transform: 'rotate(45deg)',
  },
  '.cm-panels': { backgroundColor: 'var(--canvas)', color: 'var(--text)', borderColor: 'var(--line)' },
  '.cm-panels-top': { borderBottom: '1px solid var(--line)' },
  '.cm-panel.cm-search': { padding: '6px 8px', fontFamily: 'var(--font-sans)' },
  '.cm-panel.cm-search label': {
    display: 'inline-flex',
    alignItems: 'center',
    gap: '4px',
    marginRight: '8px',
    fontSize: '12px',
    color: 'var(--muted)',
  },
  '.cm-panel.cm-search input[type=checkbox]': { margin: 0 },
  '.cm-panel.cm-search [name=close]': { color: 'var(--text)', fontSize: '18px', padding: '0 8px' },
  '.cm-textfield': {
    backgroundColor: 'var(--surface)',
    color: 'var(--text)',
    border: '1px solid var(--line-strong)',
    borderRadius: '6px',
    padding: '3px 6px',
    fontSize: '12.5px',
  },
  '.cm-button': {
    backgroundImage: 'none',
    backgroundColor: 'var(--surface)',
    color: 'var(--text)',
    border: '1px solid var(--line)',
    borderRadius: '6px',
    padding: '3px 8px',
    fontSize: '12px',
  },
  '.cm-searchMatch': {
    backgroundColor: 'var(--state-caught-tint)',
    outline: '1px solid var(--state-caught)',
  },
  '.cm-searchMatch-selected': { backgroundColor: 'var(--state-running-tint)' },
})

const colours = HighlightStyle.define([
  {
    tag: [tags.propertyName, tags.definition(tags.propertyName)],
    color: 'var(--code-key)',
    fontWeight: '600',
  },
  { tag: [tags.string, tags.content], color: 'var(--code-string)' },
  { tag: tags.number, color: 'var(--code-number)' },
  { tag: [tags.bool, tags.null, tags.keyword, tags.typeName, tags.labelName], color: 'var(--code-word)' },
  { tag: [tags.comment, tags.lineComment, tags.meta], color: 'var(--muted)' },
  { tag: tags.invalid, color: 'var(--state-failed)' },
])

/** The editor in the colours of the console; it follows light and dark by itself. */
export const look: Extension = [theme, syntaxHighlighting(colours)]
