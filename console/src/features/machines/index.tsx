import { Page } from '~/ui/page'

export function MachinesScreen() {
  return <Page title="Machines">{null}</Page>
}
