import { Page } from '~/ui/page'

export function ActivitiesScreen() {
  return <Page title="Activities">{null}</Page>
}
