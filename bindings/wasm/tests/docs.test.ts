import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const guide = readFileSync(`${root}docs/javascript.md`, "utf8");
/** The examples, each with what it prints. */
const examples = [...guide.matchAll(/```javascript\n([\s\S]*?)```\n\n```text\n([\s\S]*?)```/g)].map(([, code, printed]) => [code!, printed!] as const);

let scratch: string;
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), "zems-docs-"));
  mkdirSync(join(scratch, "node_modules"));
  symlinkSync(`${root}bindings/wasm/pkg`, join(scratch, "node_modules/zems"));
});
afterAll(() => rmSync(scratch, { recursive: true }));

test("every example has what it prints", () => {
  expect(examples.length).toBe(guide.match(/```javascript\n/g)!.length);
  expect(examples.length).toBeGreaterThan(4);
});

test.each(examples)("%#: the guide prints what it says", (code, printed) => {
  const example = join(scratch, "example.mjs");
  writeFileSync(example, code);
  // The examples name files of the repository.
  expect(execFileSync(process.execPath, [example], { cwd: root, encoding: "utf8" })).toBe(printed);
});
