import { FileUp } from 'lucide-react'
import { useState } from 'react'
import { DropZone as AriaDropZone, FileTrigger } from 'react-aria-components'
import { Button } from '~/ui/button'
import { Field } from '~/ui/field'

/** Where files are put: dropped, chosen or pasted. */
export function DropZone({ onTexts }: { onTexts: (texts: { name: string; text: string }[]) => void }) {
  const [pasted, setPasted] = useState('')
  const take = async (files: Iterable<File>) => {
    onTexts(await Promise.all([...files].map(async file => ({ name: file.name, text: await file.text() }))))
  }
  return (
    <div className="mx-auto flex w-full max-w-2xl flex-col gap-4 py-6">
      <AriaDropZone
        getDropOperation={() => 'copy'}
        onDrop={async drop => {
          const files = drop.items.filter(item => item.kind === 'file')
          await take(await Promise.all(files.map(item => item.getFile())))
        }}
        className="flex flex-col items-center gap-3 rounded-node border border-line-strong border-dashed bg-surface px-4 py-10 text-center data-[drop-target]:bg-hover"
      >
        <FileUp size={24} aria-hidden="true" className="text-muted" />
        <p>Drop a history here: what GetExecutionHistory answers, as JSON, from AWS or from this server.</p>
        <p className="text-label text-muted">
          With the definition as a second file, states that were not reached are shown too. Nothing leaves
          this browser.
        </p>
        <FileTrigger
          allowsMultiple
          acceptedFileTypes={['.json', '.asl', '.log', '.txt', 'application/json']}
          onSelect={files => files && void take(files)}
        >
          <Button tone="ink" data-testid="import-choose">
            Choose files
          </Button>
        </FileTrigger>
      </AriaDropZone>
      <Field
        label="Or paste it"
        rows={6}
        mono
        value={pasted}
        onChange={setPasted}
        data-testid="import-paste"
      />
      <div>
        <Button
          isDisabled={pasted.trim() === ''}
          onPress={() => onTexts([{ name: 'Pasted history', text: pasted }])}
          data-testid="import-show"
        >
          Show it
        </Button>
      </div>
      <p className="text-label text-muted">
        To get one:{' '}
        <code className="font-mono break-all">
          aws stepfunctions get-execution-history --execution-arn … &gt; history.json
        </code>
      </p>
    </div>
  )
}
