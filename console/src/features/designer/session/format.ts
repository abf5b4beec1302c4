import type { Format } from '~/asl/program'

/** JSON begins with a brace; whatever else somebody pastes is read as YAML. */
export function formatOf(text: string): Format {
  return /^\s*[{[]/.test(text) || text.trim() === '' ? 'json' : 'yaml'
}
