// Why a condition passes an event or not, as a tree.
import type { Branch, Explanation } from "zems";
import { make, visible } from "./dom";

/** Branches that are shown at most: a filter may have very many. */
const MOST = 2000;

const JOINS: Record<string, string> = {
  or: "one of these",
  and: "all of these",
  not: "not",
  if: "IF",
  compound: "BEGIN … END",
};

export function explanation(explained: Explanation): HTMLElement {
  const box = make("div", { class: "explained" });
  const verdict = make("p", { class: `verdict ${explained.passes ? "passes" : "fails"}` });
  verdict.append(make("strong", {}, explained.verdict), ` by ${visible(explained.decidedBy)}`);
  box.append(verdict);
  if (explained.tree) {
    const left = { count: MOST };
    const list = make("ul", { role: "tree", "aria-label": "Conditions" });
    list.append(branch(explained.tree, 1, left));
    box.append(list);
    if (left.count <= 0) box.append(make("p", { class: "hint" }, `The tree is cut after ${MOST} branches.`));
  } else {
    const list = make("ul", { role: "tree", "aria-label": "Conditions" });
    for (const { holds, text, operands } of explained.steps.slice(0, MOST)) {
      list.append(branch({ kind: "condition", holds, text, operands }, 1, { count: 1 }));
    }
    box.append(list);
  }
  if (explained.missing.length > 0) {
    box.append(make("p", { class: "hint" }, `Missing in this event: ${visible(explained.missing.join(", "))}`));
  }
  return box;
}

function branch(node: Branch, level: number, left: { count: number }): HTMLElement {
  left.count -= 1;
  const [sign, word] = node.holds === null ? ["○", "not looked at"] : node.holds ? ["✓", "true"] : ["✗", "false"];
  const state = node.holds === null ? "open" : node.holds ? "true" : "false";
  const item = make("li", { role: "treeitem", "aria-level": level, "aria-expanded": node.branches ? "true" : undefined });
  const line = make("div", { class: `branch ${state}` });
  line.append(make("span", { class: "sign", "aria-hidden": "true" }, sign));
  line.append(make("span", { class: "spoken" }, `${word}: `));
  const title = node.text ?? (node.kind === "constant" ? (node.holds ? "TRUE" : "FALSE") : JOINS[node.kind] ?? node.kind);
  line.append(make("span", { class: node.text === undefined ? "join" : "condition" }, visible(title)));
  for (const { text, value } of node.operands ?? []) {
    const shown = value === null ? `${text} is missing` : `${text} is ${value}`;
    line.append(make("span", { class: value === null ? "operand missing" : "operand" }, visible(shown)));
  }
  item.append(line);
  if (node.branches && left.count > 0) {
    const list = make("ul", { role: "group" });
    for (const inner of node.branches) {
      if (left.count <= 0) break;
      list.append(branch(inner, level + 1, left));
    }
    item.append(list);
  }
  return item;
}
