// Builds the page into dist/ with a manifest; in development it passes the API and the websocket to a local server.
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const SERVER = process.env.GLASSMQ_SERVER ?? "http://127.0.0.1:8765";

export default defineConfig({
  base: "/",
  plugins: [react()],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    manifest: true,
    target: "es2022",
    // The server sends `default-src 'self'`: fonts and pictures must be files, never data: URLs.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  worker: { format: "es" },
  server: {
    port: 5173,
    // Host and Origin go through as they are: the server lets in a page only where the two agree.
    proxy: { "/api": { target: SERVER, ws: true } },
  },
  test: { environment: "node", include: ["src/**/*.test.ts", "src/**/*.test.tsx"] },
});
