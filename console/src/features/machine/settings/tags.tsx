import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Trash2 } from 'lucide-react'
import { useState } from 'react'
import { aws } from '~/data/client'
import { Failure } from '~/data/failure'
import { Button, IconButton } from '~/ui/button'
import { FailureBox } from '~/ui/feedback'
import { Field } from '~/ui/field'

interface Tag {
  key: string
  value: string
}

/** Tags of a machine: read, set, taken away. */
export function Tags({ arn }: { arn: string }) {
  const queries = useQueryClient()
  const [key, setKey] = useState('')
  const [value, setValue] = useState('')
  const tags = useQuery({
    queryKey: ['tags', arn],
    queryFn: ({ signal }) => aws<{ tags: Tag[] }>('ListTagsForResource', { resourceArn: arn }, { signal }),
  })
  const change = useMutation<unknown, Error, { set?: Tag; drop?: string }>({
    mutationFn: ({ set, drop }) =>
      set
        ? aws('TagResource', { resourceArn: arn, tags: [set] })
        : aws('UntagResource', { resourceArn: arn, tagKeys: [drop] }),
    onSuccess: (_, { set }) => {
      if (set) {
        setKey('')
        setValue('')
      }
      void queries.invalidateQueries({ queryKey: ['tags', arn] })
    },
  })
  const add = () => key.trim() && change.mutate({ set: { key: key.trim(), value } })
  return (
    <section aria-label="Tags" className="flex flex-col gap-2" data-testid="tags">
      <h2 className="font-strong">Tags</h2>
      {tags.error instanceof Failure && (
        <FailureBox
          failure={tags.error}
          onRetry={() => void tags.refetch()}
          what="The tags cannot be read."
        />
      )}
      {tags.data && tags.data.tags.length > 0 && (
        <ul className="rounded-control border border-line bg-surface">
          {tags.data.tags.map(tag => (
            <li
              key={tag.key}
              className="flex items-center gap-3 border-line border-b py-1 pr-1 pl-3 last:border-b-0"
            >
              <span className="min-w-0 flex-1 break-words font-strong">{tag.key}</span>
              <span className="min-w-0 flex-1 break-words">{tag.value}</span>
              <IconButton small label={`Remove ${tag.key}`} onPress={() => change.mutate({ drop: tag.key })}>
                <Trash2 size={14} aria-hidden="true" />
              </IconButton>
            </li>
          ))}
        </ul>
      )}
      {tags.data?.tags.length === 0 && <p className="text-muted">It has no tags.</p>}
      <form
        className="flex items-end gap-2"
        onSubmit={event => {
          event.preventDefault()
          add()
        }}
      >
        <Field
          label="Key"
          value={key}
          onChange={setKey}
          maxLength={128}
          className="flex-1"
          data-testid="tag-key"
        />
        <Field
          label="Value"
          value={value}
          onChange={setValue}
          maxLength={256}
          className="flex-1"
          data-testid="tag-value"
        />
        <Button type="submit" isDisabled={!key.trim() || change.isPending} data-testid="tag-add">
          Set
        </Button>
      </form>
      {change.error && <FailureBox failure={change.error} what="The tags were not changed." />}
    </section>
  )
}
