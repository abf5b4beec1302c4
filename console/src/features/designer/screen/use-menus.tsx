import { FileUp, GitCompare } from 'lucide-react'
import { fileName, saveFile } from '~/ui/download'
import { notify } from '~/ui/feedback'
import type { Action } from '~/ui/menu'
import { useDark } from '~/ui/theme'
import { useDocument } from '../document/context'
import { useFacts } from '../session/context'
import { type ExportKind, exported, FILE_ENDS } from '../transfer/exports'
import { chooseFile } from '../transfer/file-drop'

const EXPORTS: [kind: ExportKind, label: string][] = [
  ['json', 'ASL as JSON'],
  ['yaml', 'ASL as YAML'],
  ['svg', 'Picture (SVG)'],
  ['png', 'Picture (PNG)'],
  ['mermaid', 'Mermaid'],
]

/** What the toolbar's menus hold. */
export function useMenus(onCompare: () => void): { exports: Action[]; more: Action[] } {
  const { document } = useDocument()
  const { title, stateMachineArn } = useFacts()
  const dark = useDark()
  const run = async (kind: ExportKind) => {
    try {
      const content = await exported(kind, document.source, document.read().program, dark)
      saveFile(fileName(title, FILE_ENDS[kind]), content)
    } catch (error) {
      notify(error instanceof Error ? error.message : String(error), 'bad')
    }
  }
  return {
    exports: EXPORTS.map(([kind, label]) => ({ id: `export-${kind}`, label, run: () => void run(kind) })),
    more: [
      { id: 'import', label: 'Import a file', icon: <FileUp size={14} />, run: () => chooseFile(document) },
      {
        id: 'compare',
        label: 'Compare versions',
        icon: <GitCompare size={14} />,
        disabled: !stateMachineArn,
        run: onCompare,
      },
    ],
  }
}
