import { choiceLabel } from '~/asl/choice-label'
import { newRule } from '~/asl/templates'
import { ConditionEditor } from '../choice/condition'
import { CONDITION_KEYS } from '../choice/rule'
import { rule } from '../fields/parts'
import { type Field, inLanguage } from '../fields/types'
import { Fields } from '../form/fields'
import { useForm } from '../form/scope'
import { ItemList } from './items'
import { TextControl } from './text'
import type { ControlProps } from './types'

const condition: Field = {
  key: 'Condition',
  control: 'json',
  section: 'Work',
  help: 'An expression that is true or false, such as {% $states.input.total > 100 %}.',
}

/** The rules of a Choice, in the order in which they are tried. */
export function RulesControl(props: ControlProps) {
  const { language, scope, state } = useForm()
  const next = scope.states.find(one => one.name !== state?.name)?.name ?? state?.name ?? ''
  const fields = inLanguage(rule, language)
  return (
    <ItemList
      {...props}
      list="Choices"
      noun="rule"
      fresh={() => newRule(language, next)}
      title={item => `${choiceLabel(item) || 'no condition'} → ${String(item.Next ?? '?')}`}
      body={(item, at) => (
        <>
          {language === 'JSONata' ? (
            <TextControl field={condition} at={at} holder={item} />
          ) : (
            <ConditionEditor at={at} value={item} top />
          )}
          <Fields
            fields={fields}
            at={at}
            holder={item}
            apart={language === 'JSONata' ? ['Condition'] : CONDITION_KEYS}
          />
        </>
      )}
    />
  )
}
