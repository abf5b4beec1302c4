import type { Source, StateId } from '~/asl/program'
import type { MachineType } from '~/data/types'
import { DesignDocument } from '../document/document'
import { Store } from '../store'

/** What is known of the open definition besides its text. Kept in the draft with it. */
export interface Facts {
  /** Names the draft. */
  id: string
  /** The machine's name, or what it shall be called. */
  title: string
  machineType: MachineType
  /** The machine that this is a draft of; none while it has not been created. */
  stateMachineArn?: string
  /** The revision of the machine that the draft began from; '' is the first. */
  baseRevisionId?: string
  roleArn?: string
  /** What the data-flow preview puts into a state, as JSON text. */
  sampleInputs: Record<StateId, string>
}

/** One definition that is open in the designer: its document and the facts beside it. */
export class Session {
  readonly document: DesignDocument
  readonly facts: Store<Facts>

  constructor(facts: Facts, source: Source) {
    this.document = new DesignDocument(source)
    this.facts = new Store(facts)
  }

  setSampleInput(state: StateId, text: string) {
    this.facts.set({ sampleInputs: { ...this.facts.get().sampleInputs, [state]: text } })
  }
}
