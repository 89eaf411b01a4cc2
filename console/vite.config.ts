import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

import { mockApi } from './dev/mock.ts';

// The API to develop against; `npm run mock` needs none.
const server = process.env.BYLAW_SERVER ?? 'http://127.0.0.1:8080';

export default defineConfig(({ mode }) => ({
  plugins: [react(), ...(mode === 'mock' ? [mockApi()] : [])],
  resolve: { tsconfigPaths: true },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // A data: script or font would need a weaker Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 600,
  },
  server: mode === 'mock' ? {} : { proxy: { '/api': { target: server, changeOrigin: false } } },
  test: { include: ['src/**/*.test.ts'], environment: 'node' },
}));
