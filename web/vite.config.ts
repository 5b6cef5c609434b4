import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// `npm run dev` shows the console of a wisplink that runs here, changed files at once.
const wisplink = process.env["WISPLINK_URL"] ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [react()],
  build: {
    // Nothing inline: the page's policy lets in files of its own origin only.
    assetsInlineLimit: 0,
    // How large it may be in all, compressed, scripts/publish.mjs knows.
    chunkSizeWarningLimit: 1_000,
    modulePreload: { polyfill: false },
    target: "es2022",
  },
  server: { proxy: { "/graphql": { target: wisplink, ws: true, changeOrigin: true, rewriteWsOrigin: true } } },
});
