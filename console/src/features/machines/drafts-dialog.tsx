import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { type DraftRow, deleteDraft, forgetDraft, listDrafts } from '~/data/drafts'
import { Button } from '~/ui/button'
import { Dialog } from '~/ui/dialog'
import { Empty, FailureBox, Loading } from '~/ui/feedback'
import { type Column, Table } from '~/ui/table'
import { Time } from '~/ui/time'

/** All drafts of this account and region, to go on with or to delete. */
export function DraftsDialog({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient()
  const drafts = useQuery({ queryKey: ['drafts'], queryFn: ({ signal }) => listDrafts(signal) })
  const [asked, setAsked] = useState<string>()
  const remove = useMutation({
    mutationFn: deleteDraft,
    onSuccess: (_, id) => {
      forgetDraft(id)
      setAsked(undefined)
      return queries.invalidateQueries({ queryKey: ['drafts'] })
    },
  })
  const columns: Column<DraftRow>[] = [
    {
      id: 'title',
      head: 'Draft',
      cell: draft => (
        <>
          <Link
            to="/design"
            search={{ draft: draft.id }}
            className="font-strong hover:underline"
            data-testid="open-draft"
          >
            {draft.title || 'Without a name'}
          </Link>
          {!draft.stateMachineArn && <span className="text-muted"> (new)</span>}
        </>
      ),
    },
    { id: 'saved', head: 'Kept', cell: draft => <Time at={draft.savedAt} /> },
    {
      id: 'delete',
      head: <span className="sr-only">Delete</span>,
      align: 'end',
      cell: draft => (
        <DeleteButton
          title={draft.title}
          asked={asked === draft.id}
          busy={remove.isPending && remove.variables === draft.id}
          onAsk={() => setAsked(draft.id)}
          onDelete={() => remove.mutate(draft.id)}
        />
      ),
    },
  ]
  return (
    <Dialog title="Drafts" open onClose={onClose} wide data-testid="drafts-dialog">
      <div className="flex flex-col gap-3">
        <p>What was typed in the designer and not saved as a state machine.</p>
        {remove.error && <FailureBox failure={remove.error} what="The draft was not deleted." />}
        {drafts.error && <FailureBox failure={drafts.error} what="The drafts cannot be read." />}
        {drafts.isPending && <Loading />}
        {drafts.data && drafts.data.length > 0 && (
          <Table
            label="Drafts"
            columns={columns}
            rows={drafts.data}
            rowKey={draft => draft.id}
            rowProps={draft => ({ 'data-draft-id': draft.id })}
          />
        )}
        {drafts.data?.length === 0 && <Empty title="There are no drafts">They are begun by typing.</Empty>}
      </div>
    </Dialog>
  )
}

/** What is deleted cannot be had back: the same button asks first. */
function DeleteButton(props: {
  title: string
  asked: boolean
  busy: boolean
  onAsk: () => void
  onDelete: () => void
}) {
  const { title, asked, busy, onAsk, onDelete } = props
  return (
    <Button
      small
      tone={asked ? 'danger' : 'plain'}
      isDisabled={busy}
      onPress={asked ? onDelete : onAsk}
      aria-label={`${asked ? 'Delete for good' : 'Delete'}: ${title || 'Without a name'}`}
      data-testid="delete-draft"
    >
      {asked ? 'Delete for good' : 'Delete'}
    </Button>
  )
}
