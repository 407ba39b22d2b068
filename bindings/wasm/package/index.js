// For browsers and bundlers.
import init from "./zems.js";

export { Filter, Log, Site, classify, version } from "./zems.js";

let loaded;

export function load(source = new URL("zems_bg.wasm", import.meta.url)) {
  loaded ??= init({ module_or_path: source }).then(() => undefined);
  return loaded;
}
