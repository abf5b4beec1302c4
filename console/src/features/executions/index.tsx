import { Page } from '~/ui/page'

export function ExecutionsScreen() {
  return <Page title="Executions">{null}</Page>
}
