import type { Source } from '~/asl/program'
import { own, send } from '~/data/client'
import type { Diagnostic, MachineType } from '~/data/types'

/** A definition as the server's language questions take it. */
export interface Question {
  source: Source
  machineType: MachineType
}

const body = ({ source, machineType }: Question) => ({
  definition: source.text,
  format: source.format,
  type: machineType,
})

export async function diagnostics(question: Question, signal?: AbortSignal): Promise<Diagnostic[]> {
  const answer = await send<{ diagnostics: Diagnostic[] }>('POST', 'language/diagnostics', body(question), {
    signal,
  })
  return answer.diagnostics
}

interface CompletionItem {
  label: string
  kind: string
  detail?: string
  documentation?: string
  insert: string
}

export interface Completions {
  from: number
  to: number
  items: CompletionItem[]
}

export function completion(question: Question, position: number, signal?: AbortSignal): Promise<Completions> {
  return send('POST', 'language/completion', { ...body(question), position }, { signal })
}

export interface Hover {
  from?: number
  to?: number
  title?: string
  text?: string
  link?: string
}

export function hover(question: Question, position: number, signal?: AbortSignal): Promise<Hover> {
  return send('POST', 'language/hover', { ...body(question), position }, { signal })
}

export interface ServiceAction {
  action: string
  title?: string
  resource: string
  patterns?: string[]
}

interface Service {
  id: string
  title: string
  actions: ServiceAction[]
}

export interface Catalogue {
  services: Service[]
  sdk: { id: string; title: string }[]
}

export function palette(signal?: AbortSignal): Promise<Catalogue> {
  return own<Catalogue>('language/palette', {}, { signal })
}

export async function sdkActions(service: string, signal?: AbortSignal): Promise<ServiceAction[]> {
  return (await own<{ actions: ServiceAction[] }>('language/palette', { service }, { signal })).actions
}
