import { join } from '~/asl/tree'
import { processorConfig } from '../fields/items'
import { part } from '../fields/parts'
import { Fields } from '../form/fields'
import { isObject } from '../form/shape'
import { own } from '../values'
import { RawControl } from './raw'
import type { ControlProps } from './types'

/** How a Map runs its states; they themselves are drawn on the canvas. */
export function ProcessorControl({ field, at, holder }: ControlProps) {
  const key =
    own(holder, 'ItemProcessor') === undefined && own(holder, 'Iterator') !== undefined
      ? 'Iterator'
      : field.key
  const processor = own(holder, key)
  if (!isObject(processor)) return <RawControl field={{ ...field, key }} at={at} holder={holder} />
  const config = own(processor, 'ProcessorConfig')
  const pointer = join(at, key)
  return (
    <>
      {config !== undefined && !isObject(config) ? (
        <RawControl field={{ ...field, key: 'ProcessorConfig' }} at={pointer} holder={processor} />
      ) : (
        <Fields
          fields={processorConfig}
          at={join(pointer, 'ProcessorConfig')}
          holder={isObject(config) ? config : {}}
          apart={[]}
        />
      )}
      <Fields
        fields={part}
        at={pointer}
        holder={processor}
        apart={['StartAt', 'States', 'ProcessorConfig']}
      />
    </>
  )
}
