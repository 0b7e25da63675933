import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const apiUrl = process.env["LAMBDALITE_API_URL"] ?? "http://127.0.0.1:8000";

export default defineConfig({
  plugins: [react(), tailwindcss()],
  resolve: { conditions: ["@lambda-lite/source", "browser", "module", "import", "development|production"] },
  server: {
    host: "127.0.0.1",
    port: 5173,
    strictPort: true,
    proxy: {
      "/api": apiUrl,
      "/socket.io": { target: apiUrl, ws: true },
    },
  },
  // Loaded lazily, so the dev server would find them late and reload the page in the middle of work.
  optimizeDeps: {
    include: [
      "@monaco-editor/react",
      "monaco-editor/editor/editor.api",
      "monaco-editor/features/register.all",
      "monaco-editor/languages/definitions/javascript/register",
      "monaco-editor/languages/features/typescript/register",
    ],
  },
  build: {
    sourcemap: true,
    // Monaco and its TypeScript worker are what they are, and come only when the editor is shown.
    chunkSizeWarningLimit: 8_000,
  },
});
