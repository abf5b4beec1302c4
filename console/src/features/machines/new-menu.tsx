import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { ChevronDown, Plus } from 'lucide-react'
import { useRef, useState } from 'react'
import { Menu as AriaMenu, Header, MenuItem, MenuSection, MenuTrigger, Popover } from 'react-aria-components'
import { listDrafts } from '~/data/drafts'
import { Button } from '~/ui/button'
import { notify } from '~/ui/feedback'
import { OPTION, POPOVER } from '~/ui/select'
import { relativeTime, useNow } from '~/ui/time'
import { DraftsDialog } from './drafts-dialog'
import { PasteDialog } from './paste'

const TEMPLATES = [
  { id: 'blank', label: 'Blank' },
  { id: 'order', label: 'Order', detail: 'saga with refunds' },
  { id: 'approval', label: 'Approval', detail: 'a person decides' },
  { id: 'pipeline', label: 'Pipeline', detail: 'fan out and gather' },
  { id: 'poll', label: 'Poll', detail: 'ask until it is done' },
] as const

/** As many drafts as the menu shows; all of them are in the dialog. */
const SHOWN_MAX = 8

/** A definition that is larger than this is refused by the API in any case (1 MiB). */
const FILE_BYTES_MAX = 4 * 1024 * 1024

/** Ways to begin a state machine. */
export function NewMenu() {
  const go = useNavigate()
  const now = useNow()
  const [pasting, setPasting] = useState(false)
  const file = useRef<HTMLInputElement>(null)
  const drafts = useQuery({
    queryKey: ['drafts'],
    queryFn: ({ signal }) => listDrafts(signal),
  })
  const [tidying, setTidying] = useState(false)
  const open = (text: string) => {
    if (handOver(text)) void go({ to: '/design', search: { template: 'paste' } })
  }
  const read = async (chosen: File | undefined) => {
    if (!chosen) return
    if (chosen.size > FILE_BYTES_MAX)
      notify(`${chosen.name} is larger than 4 MiB: a definition has at most 1 MiB.`, 'bad')
    else {
      const text = await chosen.text().catch(() => undefined)
      if (text === undefined) notify(`The browser could not read ${chosen.name}.`, 'bad')
      else open(text)
    }
  }
  return (
    <>
      <MenuTrigger onOpenChange={opened => void (opened && drafts.refetch())}>
        <Button tone="ink" data-testid="new-machine">
          <Plus size={14} aria-hidden="true" /> New <ChevronDown size={14} aria-hidden="true" />
        </Button>
        <Popover className={`${POPOVER} w-72`} placement="bottom end">
          <AriaMenu aria-label="New state machine" className="max-h-[70vh] overflow-auto p-1 outline-none">
            <Section title="From a template">
              {TEMPLATES.map(template => (
                <Item
                  key={template.id}
                  id={`template-${template.id}`}
                  label={template.label}
                  detail={'detail' in template ? template.detail : undefined}
                  run={() => void go({ to: '/design', search: { template: template.id } })}
                />
              ))}
            </Section>
            <Section title="From a definition">
              <Item id="paste" label="Paste…" run={() => setPasting(true)} />
              <Item id="file" label="File…" detail=".asl.json, .yaml" run={() => file.current?.click()} />
            </Section>
            {drafts.data && drafts.data.length > 0 ? (
              <Section title="Drafts">
                {drafts.data.slice(0, SHOWN_MAX).map(draft => (
                  <Item
                    key={draft.id}
                    id={`draft-${draft.id}`}
                    label={draft.title || 'Without a name'}
                    detail={`${draft.stateMachineArn ? '' : 'new, '}${relativeTime(draft.savedAt, now)}`}
                    run={() => void go({ to: '/design', search: { draft: draft.id } })}
                  />
                ))}
                <Item
                  id="all-drafts"
                  label="All drafts…"
                  detail="open, delete"
                  run={() => setTidying(true)}
                />
              </Section>
            ) : null}
          </AriaMenu>
        </Popover>
      </MenuTrigger>
      <input
        ref={file}
        type="file"
        accept=".json,.yaml,.yml,.asl"
        aria-label="File with a definition"
        className="hidden"
        data-testid="definition-file"
        onChange={event => {
          void read(event.target.files?.[0])
          event.target.value = ''
        }}
      />
      {tidying && <DraftsDialog onClose={() => setTidying(false)} />}
      {pasting && <PasteDialog onClose={() => setPasting(false)} onText={open} />}
    </>
  )
}

function Section({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <MenuSection className="not-first:mt-1 not-first:border-line not-first:border-t not-first:pt-1">
      <Header className="px-2 py-1 text-label text-muted">{title}</Header>
      {children}
    </MenuSection>
  )
}

function Item(props: { id: string; label: string; detail?: string; run: () => void }) {
  return (
    <MenuItem
      id={props.id}
      data-testid={props.id}
      textValue={props.label}
      onAction={props.run}
      className={OPTION}
    >
      <span className="truncate">{props.label}</span>
      {props.detail && (
        <span className="ml-auto whitespace-nowrap pl-3 text-label text-muted">{props.detail}</span>
      )}
    </MenuItem>
  )
}

/** Leaves a text for the designer, which takes it from there. */
function handOver(text: string): boolean {
  try {
    sessionStorage.setItem('stateline.paste', text)
    return true
  } catch {
    notify(
      'The browser has no room for that text. Open the designer and paste it into the code there.',
      'bad',
    )
    return false
  }
}
