import { Dialog } from '~/ui/dialog'

const KEYS: [title: string, keys: [key: string, does: string][]][] = [
  [
    'Canvas',
    [
      ['Arrows', 'walk along the transitions'],
      ['Enter', 'select; once more, open the form'],
      ['A', 'append a state after the selection'],
      ['/', 'insert: the palette as a list'],
      ['F2', 'rename'],
      ['Delete', 'delete the state, or the selected transition'],
      ['Ctrl D', 'duplicate'],
      ['Ctrl C, X, V', 'copy, cut and paste states'],
      ['Space', 'fold or unfold a Parallel or a Map'],
      ['Escape', 'select nothing'],
    ],
  ],
  [
    'Everywhere',
    [
      ['Ctrl Z, Ctrl Shift Z', 'undo and redo: one history for canvas, forms and code'],
      ['Ctrl S', 'save'],
      ['Ctrl K', 'go to a machine, an execution, a screen'],
      ['?', 'this list'],
    ],
  ],
  [
    'Code',
    [
      ['Ctrl Space', 'complete'],
      ['Ctrl F', 'search and replace'],
      ['F8', 'the next problem'],
      ['Shift Alt F', 'format'],
      ['Ctrl Shift [ and ]', 'fold and unfold'],
      ['Escape, then Tab', 'leave the code by keyboard'],
    ],
  ],
]

/** What the keys do. */
export function KeysDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keyboard" open onClose={onClose} wide data-testid="keys-dialog">
      <div className="gap-6 md:columns-2">
        {KEYS.map(([title, keys]) => (
          <section key={title} className="mb-5 break-inside-avoid">
            <h3 className="mb-2 font-strong">{title}</h3>
            <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5">
              {keys.map(([key, does]) => (
                <div key={key} className="contents">
                  <dt>
                    <kbd className="rounded-[4px] border border-line bg-canvas px-1.5 font-sans text-label whitespace-nowrap">
                      {key}
                    </kbd>
                  </dt>
                  <dd>{does}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <p className="mt-4 text-label text-muted">On a Mac, Ctrl is ⌘.</p>
    </Dialog>
  )
}
