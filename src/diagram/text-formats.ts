/** A diagram for other programs: Graphviz and Mermaid. */
import type { Box, Diagram, Link } from "./diagram.js";
import { paintOf, paints, strokes } from "./palette.js";

const lines = (box: Box): readonly string[] => [
  box.name,
  [box.channels, box.level === undefined ? (box.size ?? []).join("\u00d7") : box.level >= 0 ? `1/${2 ** box.level}` : `${2 ** -box.level}\u00d7`].filter((part) => part !== "").join(" \u00b7 "),
  box.note,
].filter((line) => line !== "");

/** Text for Graphviz. */
export function dot(diagram: Diagram): string {
  const text = (value: string): string => value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replace(/[\r\n]+/g, " ");
  const box = (one: Box): string =>
    `  n${one.id} [label="${lines(one).map(text).join("\\n")}", fillcolor="${paints[paintOf(one)].light}"];`;
  const link = ({ from, to, kind }: Link): string =>
    `  n${from} -> n${to} [color="${strokes[kind].light}"${strokes[kind].dash === undefined ? "" : ", style=dashed"}${kind === "plain" ? "" : `, tooltip="${strokes[kind].word}"`}];`;
  return [
    `digraph "${text(diagram.name)}" {`,
    "  rankdir=LR;",
    `  label="${text(diagram.name)}"; labelloc=t;`,
    '  node [shape=box, style=filled, fontname="Helvetica", fontsize=10, fontcolor=white, color=white];',
    ...diagram.boxes.map(box),
    ...diagram.links.map(link),
    "}",
    "",
  ].join("\n");
}

/** A Mermaid flowchart, as READMEs show it. */
export function mermaid(diagram: Diagram): string {
  const text = (value: string): string => value.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replace(/[\r\n]+/g, " ");
  const used = [...new Set(diagram.boxes.map(paintOf))];
  const arrow = ({ kind }: Link): string => (kind === "plain" ? "-->" : kind === "skip" || kind === "indices" ? `-. ${strokes[kind].word} .->` : `-- ${strokes[kind].word} -->`);
  return [
    "flowchart LR",
    ...diagram.boxes.map((box) => `  n${box.id}["${lines(box).map(text).join("<br>")}"]:::${paintOf(box)}`),
    ...diagram.links.map((link) => `  n${link.from} ${arrow(link)} n${link.to}`),
    ...used.map((paint) => `  classDef ${paint} fill:${paints[paint].light},stroke:${paints[paint].light},color:#ffffff`),
    "",
  ].join("\n");
}
