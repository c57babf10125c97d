import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import AutoImport from 'unplugin-auto-import/vite'
import { ElementPlusResolver } from 'unplugin-vue-components/resolvers'
import Components from 'unplugin-vue-components/vite'
import { defineConfig } from 'vite'

const gateway = process.env.PICTOR_URL ?? 'http://127.0.0.1:8000'

export default defineConfig({
  base: './',
  resolve: { alias: { 'pictor-client': fileURLToPath(new URL('../clients/typescript/src/index.ts', import.meta.url)) } },
  plugins: [
    vue(),
    AutoImport({ resolvers: [ElementPlusResolver()], dts: false }),
    Components({ dirs: [], resolvers: [ElementPlusResolver()], dts: false }),
  ],
  build: {
    outDir: '../services/gateway/page',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // Libraries that several places need are one file, not thirty small ones, each of which a browser has to ask for.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'vendor', test: /node_modules/, minShareCount: 2 }] } } },
  },
  worker: { format: 'es' },
  server: { proxy: { '/v1': { target: gateway, changeOrigin: false } } },
})
