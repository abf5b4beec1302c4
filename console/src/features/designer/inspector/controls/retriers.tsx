import { newRetrier } from '~/asl/templates'
import { retrier } from '../fields/parts'
import { Fields } from '../form/fields'
import { delaysOf } from '../retry/delays'
import { Delays } from '../retry/drawing'
import { ItemList } from './items'
import type { ControlProps } from './types'

export function RetriersControl(props: ControlProps) {
  return (
    <ItemList
      {...props}
      list="Retry"
      noun="retrier"
      fresh={newRetrier}
      title={item => titleOf(item.ErrorEquals)}
      body={(item, at) => (
        <>
          <Fields fields={retrier} at={at} holder={item} apart={[]} />
          <Delays delays={delaysOf(item)} />
        </>
      )}
    />
  )
}

export function titleOf(errors: unknown): string {
  return Array.isArray(errors) && errors.length > 0 ? errors.map(String).join(', ') : 'no errors'
}
