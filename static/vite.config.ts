// Builds the page into dist/ with a manifest; in development it passes the API and the websocket to a local server.
import { readFileSync } from "node:fs";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const SERVER = process.env.GLASSMQ_SERVER ?? "http://127.0.0.1:8765";

/** Dark tokens by the system's wish alone, for pages that work without the script that follows a choice. */
const darkBySystem = {
  name: "dark-by-system",
  enforce: "pre" as const,
  transform(code: string, id: string): string | undefined {
    if (!id.endsWith("/reference.css")) return undefined;
    const tokens = readFileSync(new URL("src/ui/tokens.css", import.meta.url), "utf8");
    const dark = /\[data-theme="dark"\] \{([^}]*)\}/.exec(tokens)?.[1];
    if (!dark) throw new Error("tokens.css has no dark block");
    const rule = `@media (prefers-color-scheme: dark) { :root:not([data-theme]) {${dark}} }`;
    return code + rule;
  },
};

export default defineConfig({
  base: "/",
  plugins: [react(), darkBySystem],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    manifest: true,
    rolldownOptions: { input: ["index.html", "src/reference/reference.ts"] },
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
