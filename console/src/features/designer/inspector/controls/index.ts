import type { ComponentType } from 'react'
import type { Control } from '../fields/types'
import { BranchesControl } from './branches'
import { CatchersControl } from './catchers'
import { ErrorsControl } from './errors'
import { ObjectControl } from './object'
import { OneOfControl } from './one-of'
import { OptionControl } from './option'
import { ParametersControl } from './parameters'
import { PathControl } from './path'
import { ProcessorControl } from './processor'
import { ResourceControl } from './resource'
import { RetriersControl } from './retriers'
import { RulesControl } from './rules'
import { StringsControl } from './strings'
import { TargetControl, TransitionControl } from './target'
import { TextControl } from './text'
import type { ControlProps } from './types'

/** The component of each kind of control. */
export const controls: Record<Control, ComponentType<ControlProps>> = {
  line: TextControl,
  text: TextControl,
  value: TextControl,
  number: TextControl,
  json: TextControl,
  path: PathControl,
  option: OptionControl,
  errors: ErrorsControl,
  strings: StringsControl,
  target: TargetControl,
  transition: TransitionControl,
  resource: ResourceControl,
  parameters: ParametersControl,
  oneOf: OneOfControl,
  object: ObjectControl,
  rules: RulesControl,
  retriers: RetriersControl,
  catchers: CatchersControl,
  branches: BranchesControl,
  processor: ProcessorControl,
}
