// For Node.js: loaded with the import.
import { readFileSync } from "node:fs";
import { initSync } from "./zems.js";

export { Filter, Log, Site, classify, version } from "./zems.js";

initSync({ module: readFileSync(new URL("zems_bg.wasm", import.meta.url)) });

export function load() {
  return Promise.resolve();
}
