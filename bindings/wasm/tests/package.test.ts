import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { Log, Site, classify, version } from "../pkg/node.js";
import type { Branch, EventObject } from "../pkg/index.js";

const file = (path: string) => readFileSync(fileURLToPath(new URL(`../../../${path}`, import.meta.url)));
const samples = { event: file("samples/event.bin"), backup: file("samples/bkup-fail.bin"), command: file("samples/command.bin") };
const site = new Site();

describe("size", () => {
  test("all that a page loads is at most 1.2 MB in gzip, with the shipped catalogue", () => {
    const parts = ["zems_bg.wasm", "zems.js", "index.js"].map((name) => gzipSync(file(`bindings/wasm/pkg/${name}`), { level: 9 }).length);
    const total = parts.reduce((sum, part) => sum + part);
    console.log(`gzip: ${total} bytes`);
    expect(total).toBeLessThanOrEqual(1_200_000);
    expect(site.sentence(samples.backup)).toBe("Backup process in CPU 3 died because its CPU is down");
  });
});

describe("decode and encode", () => {
  const hex = [...samples.backup].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
  const frame = (width: number) => {
    const length = Buffer.alloc(width);
    length.writeUIntBE(samples.backup.length, 0, width);
    return Buffer.concat([length, samples.backup]);
  };
  const json = site.decodeJson(samples.backup);

  test.each([
    ["raw", samples.backup],
    ["be16", Buffer.concat([frame(2), frame(2)])],
    ["be32", Buffer.concat([frame(4), frame(4)])],
    ["hex", hex],
    ["hex in UTF-16", Buffer.from(`\ufeff${hex}`, "utf16le")],
    ["json", json],
    ["json, indented", JSON.stringify(JSON.parse(json), null, 2)],
    ["an array of json", `[${json.trim()},${json.trim()}]`],
    ["gzip", gzipSync(samples.backup)],
    ["gzip of json", gzipSync(json)],
  ])("%s", (_, input) => {
    const decoded = site.decode(input as Uint8Array | string);
    expect(decoded.length).toBeGreaterThan(0);
    for (const event of decoded) {
      expect(event).toMatchObject({ kind: "event", name: "ZRPC-EVT-BKUP-FAIL", number: 8, length: samples.backup.length });
      expect(Buffer.from(site.encode(event))).toEqual(samples.backup);
    }
  });

  test("every sample comes back from objects and from text", () => {
    const names = readdirSync(fileURLToPath(new URL("../../../samples", import.meta.url))).filter((name) => name.endsWith(".bin"));
    expect(names.length).toBeGreaterThan(2);
    for (const name of names) {
      const bytes = file(`samples/${name}`);
      const raw = site.decode(bytes, { raw: true });
      expect(Buffer.from(site.encode(raw)), name).toEqual(bytes);
      expect(Buffer.from(site.encode(site.decodeJson(bytes, { raw: true }))), name).toEqual(bytes);
    }
  });

  test("what is not a buffer has an object in its place", () => {
    const noise = Buffer.from("noise");
    const decoded = site.decode(Buffer.concat([samples.command, noise, samples.event]));
    expect(decoded.map(({ kind, offset, length }) => [kind, offset, length])).toEqual([
      ["command", 0, 138],
      ["error", 138, 5],
      ["event", 143, 183],
    ]);
  });

  test("whole numbers beyond 2^53 are bigint, both ways", () => {
    const code = "04080007";
    const event = { kind: "event" as const, ssid: "ACME.7.A01", number: 1, generated: "2026-01-01T00:00:00Z",
      tokens: [{ code: "1F00FBF0" }, { code: "01FF0001", value: "$A" }, { code, value: 9_007_199_254_740_993n }] };
    const bytes = site.encode(event as never);
    const [back] = site.decode(bytes) as [EventObject];
    const value = back.tokens.find((token) => token.code === code)?.value;
    expect(value).toBe(9_007_199_254_740_993n);
    expect(Buffer.from(site.encode(back))).toEqual(Buffer.from(bytes));
  });

  test("errors name the place and what to do", () => {
    const [event] = site.decode(samples.backup) as [EventObject];
    const at = event.tokens.findIndex(({ name }) => name === "ZRPC-TKN-CPU");
    event.tokens[at]!.value = 70_000;
    expect(() => site.encode(event)).toThrow(/ZRPC-TKN-CPU.*65535/s);
    expect(() => site.encode({ kind: "event", nubmer: 1 } as never)).toThrow(/did you mean "number"/);
    expect(() => site.decode(samples.backup, { form: "raw" } as never)).toThrow(/"form" is not an option here; the options are from/);
    expect(() => site.decode(samples.backup, { from: "ebcdic" as never })).toThrow(/"ebcdic" is not a form/);
    expect(() => site.decode(17 as never)).toThrow(/expected a Uint8Array/);
    expect(() => site.decode(gzipSync(samples.backup).subarray(0, 60))).toThrow(/gzip data is damaged or cut off/);
    expect(() => site.decode("BZh91AY&SY")).toThrow(/bzip2/);
    const loop: { self?: unknown } = {};
    loop.self = loop;
    expect(() => site.encode(loop as never)).toThrow(/holds itself/);
  });

  test("a string is never raw: a word that is not hexadecimal has its line and column", () => {
    expect(site.decode(`${hex.slice(0, 30)}\n oops ${hex.slice(30)}`)).toMatchObject([{ kind: "error", error: expect.stringMatching(/line 2, column 2/) }]);
    expect(site.decode("words")).toMatchObject([{ kind: "error", error: expect.stringMatching(/line 1, column 1/) }]);
    expect(site.decode(" \n")).toEqual([]);
  });

  test("damaged bytes never stop it", () => {
    let seed = 7;
    const random = () => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648);
    for (let round = 0; round < 2000; round++) {
      const bytes = Buffer.from(random() % 2 ? samples.event : samples.backup);
      for (let change = random() % 6; change >= 0; change--) bytes[random() % bytes.length] = random() % 256;
      const cut = bytes.subarray(0, random() % 8 ? bytes.length : random() % bytes.length);
      let covered = 0;
      for (const { offset, length } of site.decode(cut, { from: "raw" })) {
        expect(offset).toBeGreaterThanOrEqual(covered);
        covered = offset + length;
      }
      site.dump(cut, { from: "raw" });
      try {
        const { regions } = site.describe(cut);
        expect(regions.every(({ start, end }) => start < end && end <= cut.length)).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
        expect(error).not.toBeInstanceOf(WebAssembly.RuntimeError);
      }
    }
  });
});

describe("one buffer", () => {
  test("every byte means something, in order and without a gap", () => {
    for (const bytes of Object.values(samples)) {
      const { regions, tokens, length } = site.describe(bytes);
      expect(length).toBe(bytes.length);
      expect(regions[0]!.start).toBe(0);
      regions.forEach(({ start, end }, at) => expect(regions[at + 1]?.start ?? bytes.length, `${start}`).toBe(end));
      expect(tokens.every(({ start, end, valueStart, valueEnd }) => start <= valueStart && valueStart <= valueEnd && valueEnd <= end)).toBe(true);
    }
  });

  test("regions and tree number the tokens alike", () => {
    const { regions, tokens } = site.describe(samples.event);
    const all = (nodes: typeof tokens): typeof tokens => nodes.flatMap((node) => [node, ...all(node.children ?? [])]);
    for (const node of all(tokens).filter(({ token }) => token !== undefined)) {
      const own = regions.filter(({ token }) => token === node.token);
      expect(own[0]?.start, node.code).toBe(node.start);
      expect(own.some(({ start, end }) => start >= node.start && end <= node.end)).toBe(true);
    }
    expect(all(tokens).some(({ children }) => children !== undefined)).toBe(true);
  });

  test("the dump is that of the program", () => {
    const dump = site.dump(samples.backup);
    expect(dump).toMatch(/^event TANDEM\.RPC\.D10\? 8 ZRPC-EVT-BKUP-FAIL\?, 186 bytes at 0$/m);
    expect(dump).toMatch(/^0000AE {2}09 02 00 08 .*ZRPC-TKN-CPU/m);
  });

  test("a value is changed and every other byte stays", () => {
    const { tokens } = site.describe(samples.backup);
    const cpu = tokens.find(({ name }) => name === "ZRPC-TKN-CPU")!;
    const changed = site.editText(samples.backup, cpu.path!, "5");
    const differences = [...changed].flatMap((byte, at) => (byte === samples.backup[at] ? [] : [at]));
    expect(differences).toEqual([cpu.valueEnd - 1]);
    expect(site.sentence(changed)).toContain("CPU 5");
    expect(site.valueText(changed, cpu.path!)).toBe("5");
    expect(() => site.editText(samples.backup, cpu.path!, "many")).toThrow(/ZRPC-TKN-CPU/);
    expect(() => site.edit(samples.backup, ["tokens", 99, "value"], 1)).toThrow(/nothing is at/);
    const reason = tokens.find(({ name }) => name === "ZRPC-TKN-BKUP-FAIL-REASON")!;
    expect(reason.label).toBe("its CPU is down");
    expect(site.sentence(site.edit(samples.backup, ["emphasis"], false))).toBe(site.sentence(samples.backup));
  });
});

describe("filters", () => {
  test("a condition says why, as a tree", () => {
    const condition = site.condition("ZEMS^TKN^EVENTNUMBER = 9 OR ZRPC^TKN^CPU > 2 AND NOT ZRPC^TKN^CPU > 8 OR ZRPC^TKN^CPU = 1");
    expect(condition.passes(samples.backup)).toBe(true);
    const { passes, tree } = condition.explain(samples.backup);
    const shape = ({ kind, holds, text, branches }: Branch): unknown => [kind, holds, text, ...(branches ?? []).map(shape)];
    expect(passes).toBe(true);
    expect(shape(tree!)).toEqual([
      "or", true, undefined,
      ["condition", false, "ZEMS^TKN^EVENTNUMBER = 9"],
      ["and", true, undefined,
        ["condition", true, "ZRPC^TKN^CPU > 2"],
        ["not", true, undefined, ["condition", false, "ZRPC^TKN^CPU > 8"]]],
      ["condition", null, "ZRPC^TKN^CPU = 1"],
    ]);
    expect(tree!.branches![1]!.branches![0]!.operands).toEqual([{ text: "ZRPC^TKN^CPU", value: "3" }]);
    expect(site.condition("ZRPC^TKN^CPU = 3").explain(samples.event)).toMatchObject({ passes: false, missing: ["ZRPC^TKN^CPU"] });
  });

  test("a filter shows which statement decided", () => {
    const filter = site.filter(
      "FILTER CRIT;\nBEGIN\n IF ZEMS^TKN^EMPHASIS = [ZSPI^VAL^FALSE] THEN FAIL\n ELSE IF ZEMS^TKN^EVENTNUMBER = 8 THEN PASS 5 ELSE FAIL;\nEND;",
      { name: "crit" },
    );
    const { verdict, decidedBy, tree } = filter.explain(samples.backup);
    expect([verdict, decidedBy]).toEqual(["PASS 5", "crit:4:40 PASS 5"]);
    const ends = (branch: Branch): Branch[] => [...(branch.kind === "end" ? [branch] : []), ...(branch.branches ?? []).flatMap(ends)];
    expect(ends(tree!).map(({ text, holds }) => [text, holds])).toEqual([["FAIL", null], ["PASS 5", true], ["FAIL", null]]);
  });

  test("errors show the line and the column", () => {
    expect(() => site.condition("ZRPC^TKN^CPU = ")).toThrow(/condition:1:\d+: error/);
    expect(() => site.filter("FILTER A; BEGIN PASS", { name: "a.filter" })).toThrow(/a\.filter:1:\d+: error/);
  });
});

describe("definitions from text", () => {
  const bank = ["bankddl", "banktmpl"].map((name) => ({ name, content: file(`samples/bank/definitions/${name}`) }));

  test("event metadata gives advice", () => {
    const content = 'ABOUT ZRPC-EVT-BKUP-FAIL\n  CAUSE "The processor has failed."\n  RECOVERY "Reload it."';
    const mine = new Site({ definitions: [{ name: "advice.events", content }] });
    expect(mine.advice(samples.backup)).toMatchObject({ cause: "The processor has failed.", recovery: "Reload it." });
    expect(mine.describe(samples.backup).advice).toContainEqual({ heading: "Recovery", text: "Reload it." });
    expect(site.advice(samples.backup)).toEqual({});
    expect(mine.decode(samples.backup, { advice: true })[0]).toMatchObject({ advice: { cause: "The processor has failed." } });
  });

  test("DDL and templates name private tokens", () => {
    const mine = new Site({ definitions: bank });
    const bytes = mine.encode(file("samples/bank/events.jsonl").toString());
    const [opened, closed] = mine.decode(bytes) as [EventObject, EventObject];
    expect([opened.name, opened.text]).toEqual(["BANK-EVT-OPENED", "Branch Nydegg opened with 4 tills"]);
    expect(closed.text).toBe("Branch Nydegg closed: out of hours");
    expect(mine.condition("BANK^TKN^TILLS > 3").passes(bytes.subarray(0, opened.length))).toBe(true);
    const [unnamed] = site.decode(bytes) as [EventObject];
    expect(unnamed.tokens.some(({ name }) => name?.startsWith("BANK"))).toBe(false);
  });

  test("?SOURCE finds what is given, whatever the case", () => {
    const outer = { name: "alldefs", content: "?SOURCE $SYSTEM.ZSPIDEF.BANKDDL\nCONSTANT bank-evt-more VALUE IS 9." };
    const mine = new Site({ definitions: [outer, ...bank] });
    expect(mine.encode(file("samples/bank/events.jsonl").toString()).length).toBeGreaterThan(100);
    expect(() => new Site({ definitions: [outer] })).toThrow(/alldefs:1:\d+: error/);
  });

  test("errors name the source, line and column", () => {
    expect(() => new Site({ definitions: [{ name: "bankddl", content: "CONSTANT X VALUE ." }] })).toThrow(/bankddl:1:\d+: error/);
    expect(() => new Site({ definitions: [{ name: "notes.txt", content: "some words" }] })).toThrow(/notes\.txt: is no known kind of definition/);
    expect(classify("bankddl", bank[0]!.content)).toBe("definition");
  });
});

describe("a log in steps", () => {
  test("rows, searches and filters", () => {
    const log = new Log(site, { size: 3 });
    for (let at = 0; at < 1000; at++) log.push(at % 10 === 9 ? samples.command : at % 2 ? samples.event : samples.backup);
    let steps = 1;
    while (log.step(10_000)) steps += 1;
    expect(steps).toBeGreaterThan(10);
    expect([log.length, log.faults, log.form, log.progress]).toEqual([1000, 0, "raw", 1]);
    expect(log.rows(0, 2).map(({ name, severity }) => [name, severity])).toEqual([["ZRPC-EVT-BKUP-FAIL", "critical"], [undefined, "info"]]);
    expect(log.select("backup CPU", 8, 0, 1000).length).toBe(500);
    expect(log.select("", 2, 0, 1000).length).toBe(500);
    expect(log.selectPassed(site.condition("ZRPC^TKN^CPU = 3"), "", 8, 0, 100).length).toBe(50);
    expect(Buffer.from(log.bytes(1))).toEqual(samples.event);
    expect(() => log.bytes(1000)).toThrow(/no row 1000/);
  });

  test("what is packed", () => {
    const packed = gzipSync(Buffer.concat([samples.backup, samples.event]));
    expect(gunzipSync(packed).length).toBe(samples.backup.length + samples.event.length);
    const log = new Log(site);
    log.push(packed);
    while (log.step(1)) continue;
    expect([log.length, log.isPacked]).toEqual([2, true]);
  });
});

test("the version", () => expect(version()).toMatch(/^\d+\.\d+\.\d+$/));
