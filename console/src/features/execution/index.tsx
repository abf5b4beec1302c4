import { Page } from '~/ui/page'

export function ExecutionScreen() {
  return <Page title="Execution">{null}</Page>
}

export function ImportScreen() {
  return <Page title="History from a file">{null}</Page>
}
