import type { InitInput } from "./zems.js";

export * from "./zems.js";

/**
 * Loads the WebAssembly: await it once before anything else. In Node.js it is loaded with the import, and this does nothing.
 *
 * @param source where it is, or its bytes; the file beside this one unless given.
 */
export function load(source?: InitInput | Promise<InitInput>): Promise<void>;
