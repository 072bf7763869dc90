/** The diagram of `segc graph` inside a page. */
import type { CompiledModel } from "../../compile.js";
import { diagramOf } from "../../diagram/build.js";
import { svg } from "../../diagram/svg.js";

/** Below this share of its size its words cannot be read: then the page scrolls it sideways. */
const leastShare = 0.7;

export function drawing(model: CompiledModel): string {
  const text = svg(diagramOf(model));
  const width = Number(/ width="(\d+)"/.exec(text)![1]);
  // Its classes are for itself.
  const own = text.replace(/<style>([^]*?)<\/style>/, "<style>.drawing{$1}</style>");
  const shown = own.replace(' xmlns="http://www.w3.org/2000/svg"', "").replace("<svg ", `<svg style="max-width:${Math.round(1.15 * width)}px;min-width:${Math.round(leastShare * width)}px" `);
  return `<div class="drawing" tabindex="0" aria-label="diagram of the network">${shown}</div>`;
}
