import { Page } from '~/ui/page'

export function MapRunScreen() {
  return <Page title="MapRun">{null}</Page>
}
