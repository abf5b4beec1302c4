/** What the keys of the designer do; the canvas and the code have their own besides. */
export interface Keys {
  save: () => void
  undo: () => void
  redo: () => void
  insert: (anchor: Element) => void
  help: () => void
  /** On the selected state or transition; only where nothing is typed. */
  remove: () => void
  rename: () => void
  duplicate: () => void
  escape: () => void
}

/** Handles a key of the designer; what is typed into a field is the field's own business. */
export function onDesignerKey(event: KeyboardEvent, keys: Keys) {
  if (event.defaultPrevented) return
  const run = actionOf(event, keys)
  if (!run) return
  event.preventDefault()
  run()
}

function actionOf(event: KeyboardEvent, keys: Keys): (() => void) | undefined {
  const target = event.target instanceof Element ? event.target : document.body
  // What is open over the page has the keys to itself.
  if (target.closest('[role=dialog], [role=alertdialog], [role=menu], [role=listbox]')) return undefined
  const key = event.key.toLowerCase()
  const command = (event.ctrlKey || event.metaKey) && !event.altKey
  if (command && key === 's') return keys.save
  const editor = target.closest('.cm-editor') !== null
  const typing = isTyping(target)
  // A form of the inspector edits the document; other fields, such as a search, undo by themselves.
  if (command && !editor && (!typing || target.closest('[data-document-undo]'))) {
    if (key === 'z') return event.shiftKey ? keys.redo : keys.undo
    if (key === 'y') return keys.redo
  }
  if (typing) return undefined
  if (command) return key === 'd' ? keys.duplicate : undefined
  return event.altKey ? undefined : alone(event, target, keys)
}

/** Whether keys are letters where the focus is. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false
  return target.closest('input, textarea, select, .cm-editor, [contenteditable=true]') !== null
}

function alone(event: KeyboardEvent, target: Element, keys: Keys): (() => void) | undefined {
  switch (event.key) {
    case '?':
      return keys.help
    case '/':
    case 'a':
    case 'A':
      return () => keys.insert(target)
    case 'Delete':
    case 'Backspace':
      return keys.remove
    case 'F2':
      return keys.rename
    case 'Escape':
      return keys.escape
    default:
      return undefined
  }
}
