import { newCatcher } from '~/asl/templates'
import { catcher } from '../fields/parts'
import { inLanguage } from '../fields/types'
import { Fields } from '../form/fields'
import { useForm } from '../form/scope'
import { ItemList } from './items'
import { titleOf } from './retriers'
import type { ControlProps } from './types'

export function CatchersControl(props: ControlProps) {
  const { language, scope, state } = useForm()
  const next = scope.states.find(one => one.name !== state?.name)?.name ?? state?.name ?? ''
  return (
    <ItemList
      {...props}
      list="Catch"
      noun="catcher"
      fresh={() => newCatcher(language, next)}
      title={item => `${titleOf(item.ErrorEquals)} → ${String(item.Next ?? '?')}`}
      body={(item, at) => <Fields fields={inLanguage(catcher, language)} at={at} holder={item} apart={[]} />}
    />
  )
}
