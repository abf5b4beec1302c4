import { matches, type Patterned } from './pattern'

self.onmessage = ({ data }: MessageEvent<Patterned>) => self.postMessage(matches(data))
