import { Plus } from 'lucide-react'
import { useState } from 'react'
import { Button } from '~/ui/button'
import { JsonField } from '~/ui/json-field'
import { useSession } from '../session/context'
import { useStore } from '../store'
import { samplesOf } from './samples'

/** Variables that states before this one would have assigned. */
export function SampleVariables() {
  const store = samplesOf(useSession())
  const { variables } = useStore(store)
  const [open, setOpen] = useState(variables !== '')
  if (!open) {
    return (
      <div>
        <Button
          small
          tone="quiet"
          onPress={() => {
            setOpen(true)
            store.set({ variables: '{}' })
          }}
          data-testid="add-variables"
        >
          <Plus size={14} aria-hidden="true" />
          Variables
        </Button>
      </div>
    )
  }
  return (
    <JsonField
      label="Variables"
      value={variables}
      onChange={text => {
        store.set({ variables: text })
        if (text.trim() === '') setOpen(false)
      }}
      rows={3}
      data-testid="sample-variables"
    />
  )
}
