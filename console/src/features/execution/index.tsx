export { ExecutionScreen } from './execution-screen'
export { ImportScreen } from './import-screen'
