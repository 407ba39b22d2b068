import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Puts everything into the page: one file that works without a server. Only what is in it may run, and nothing leaves it. */
function singleFile(): Plugin {
  return {
    name: "single-file",
    enforce: "post",
    generateBundle(_, bundle) {
      const page = bundle["index.html"];
      if (page?.type !== "asset") throw new Error("there is no index.html");
      let scripts = "";
      let styles = "";
      for (const [name, part] of Object.entries(bundle)) {
        if (part === page) continue;
        if (part.type === "chunk") scripts += part.code;
        else if (name.endsWith(".css")) styles += String(part.source);
        else throw new Error(`${name} cannot be put into the page`);
        delete bundle[name];
      }
      // An end tag in a text of the script would end the script.
      scripts = scripts.replaceAll("</script", "<\\/script");
      const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
      const policy = [
        "default-src 'none'",
        `script-src ${hash(scripts)} 'wasm-unsafe-eval'`,
        `style-src ${hash(styles)}`,
        "img-src data:",
        "worker-src blob:",
        "base-uri 'none'",
        "form-action 'none'",
      ].join("; ");
      const wasm = gzipSync(readFileSync(here("../pkg/zems_bg.wasm")), { level: 9 }).toString("base64");
      const head =
        `<meta http-equiv="Content-Security-Policy" content="${policy}">\n` +
        `<style>${styles}</style>\n`;
      const body =
        `<script type="application/octet-stream" id="wasm">${wasm}</script>\n` +
        `<script type="module">${scripts}</script>\n`;
      page.source = String(page.source)
        .replace(/<script[^>]*><\/script>\s*/g, "")
        .replace(/<link rel="(stylesheet|modulepreload)"[^>]*>\s*/g, "")
        .replace("<!-- head -->", () => head)
        .replace("<!-- body -->", () => body);
    },
  };
}

export default defineConfig({
  root: here("."),
  base: "./",
  plugins: [singleFile()],
  resolve: { alias: { zems: here("../pkg/zems.js") } },
  worker: { format: "iife" },
  build: {
    outDir: here("dist"),
    emptyOutDir: true,
    target: "es2022",
    modulePreload: false,
    cssCodeSplit: false,
    reportCompressedSize: false,
  },
});
