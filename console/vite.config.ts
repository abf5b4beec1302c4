import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

// While one works on the console, the API is that of a server that runs beside it.
const server = process.env.STATELINE_ENDPOINT ?? 'http://127.0.0.1:8083'

// `base` is relative, so that the console works wherever a proxy puts it.
export default defineConfig({
  base: './',
  plugins: [react(), tailwindcss()],
  resolve: { alias: { '~': new URL('./src', import.meta.url).pathname } },
  build: {
    target: 'es2023',
    // Nothing is inlined as data: the content security policy allows the own origin only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  worker: { format: 'es' },
  server: {
    proxy: {
      '/stateline': server,
      // Operations are posted to the page's own address.
      '^/$': { target: server, bypass: request => (request.method === 'POST' ? undefined : request.url) },
    },
  },
  test: { include: ['src/**/*.test.{ts,tsx}', 'tests/**/*.test.ts'] },
})
