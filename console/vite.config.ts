import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

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
  server: { proxy: { '/stateline': 'http://127.0.0.1:8083' } },
  test: { include: ['src/**/*.test.{ts,tsx}', 'tests/**/*.test.ts'] },
})
