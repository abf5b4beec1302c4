import type { QueryLanguage } from '~/asl/fields'
import type { Source } from '~/asl/program'
import { readProgram } from '~/asl/read'
import { type Draft, getDraft, type Standing } from '../api/drafts'
import { describeMachine } from '../api/machines'
import { formatOf } from './format'
import { localDrafts } from './local'
import type { Facts, Opening } from './session'
import { languageOfNew, templateOf } from './templates'

/** The address's say. */
export interface Wanted {
  arn?: string
  draft?: string
  template?: string
  /** Which query language a template is written in. */
  language?: string
}

/** Finds what the address asks for: a machine, a draft, or a template for a new one. */
export async function open({ arn, draft, template, language }: Wanted): Promise<Opening> {
  if (arn) return openMachine(arn)
  if (draft) return openDraft(draft)
  return openTemplate(template ?? 'blank', languageOfNew(language))
}

function openTemplate(name: string, language: QueryLanguage): Opening {
  const { title, source } = templateOf(name, language)
  const id = `new-${crypto.randomUUID?.() ?? Math.random().toString(36).slice(2)}`
  return { facts: { id, title, machineType: 'STANDARD', sampleInputs: {} }, source }
}

async function openDraft(id: string): Promise<Opening> {
  const { stored, newest, standing } = await draftsOf(id)
  if (!newest) {
    throw new Error('There is no such draft: it has been deleted, or belongs to another account or region.')
  }
  if (newest.stateMachineArn) {
    const opening = await openMachine(newest.stateMachineArn, id)
    return opening.offer ? continued(opening, opening.offer) : opening
  }
  return { facts: factsOf(newest), source: sourceOf(newest), stored, saved: '', continuing: newest, standing }
}

async function openMachine(arn: string, id = arn): Promise<Opening> {
  const [machine, { stored, newest, standing }] = await Promise.all([describeMachine(arn), draftsOf(id)])
  const facts: Facts = {
    id,
    title: machine.name,
    machineType: machine.type,
    stateMachineArn: machine.stateMachineArn,
    baseRevisionId: machine.revisionId ?? '',
    roleArn: machine.roleArn,
    sampleInputs: newest?.sampleInputs ?? {},
  }
  const source: Source = { text: machine.definition, format: formatOf(machine.definition) }
  if (!newest || newest.text === machine.definition) return { facts, source, stored, standing }
  // The machine in other clothes: how it was written when it was saved.
  if (says(newest) === says(source)) return { facts, source: sourceOf(newest), stored, standing }
  return { facts, source, stored, offer: newest, standing }
}

/** The opening, going on from a draft: it still counts as unsaved. */
export function continued(opening: Opening, draft: Draft): Opening {
  const facts = {
    ...opening.facts,
    ...factsOf(draft),
    id: opening.facts.id,
    roleArn: opening.facts.roleArn,
    stateMachineArn: opening.facts.stateMachineArn,
  }
  return {
    ...opening,
    facts,
    source: sourceOf(draft),
    saved: opening.source.text,
    offer: undefined,
    continuing: draft,
  }
}

/** What a text says, without how it is written. */
function says(source: Source): string {
  return JSON.stringify(readProgram(source).program?.tree.value ?? source.text)
}

/** The server's draft, and the newer one of it and this browser's. */
async function draftsOf(id: string): Promise<{ stored?: Draft; newest?: Draft; standing?: Standing }> {
  const local = localDrafts.read(id)
  const answer = await getDraft(id).catch(error => {
    if (local) return undefined
    throw error
  })
  const stored = answer?.draft
  const newest = local && (!stored || local.savedAt > stored.savedAt) ? local : stored
  return { stored, newest, standing: answer?.standing }
}

function factsOf(draft: Draft): Facts {
  return {
    id: draft.id,
    title: draft.title,
    machineType: draft.machineType,
    stateMachineArn: draft.stateMachineArn,
    baseRevisionId: draft.baseRevisionId,
    sampleInputs: draft.sampleInputs ?? {},
  }
}

const sourceOf = ({ text, format }: Draft) => ({ text, format })
