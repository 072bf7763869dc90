import { at, escape } from "../html.js";

export interface Bar {
  readonly name: string;
  readonly value: string;
  readonly more?: string;
  /** Shares of the track; what lies behind comes first. */
  readonly parts: readonly { readonly kind: string; readonly from: number; readonly to?: number; readonly title?: string }[];
}

/** Named tracks under each other. */
export const bars = (rows: readonly Bar[]): string => `<div class="bars">${rows.map(({ name, value, more, parts }) => `<div><span>${escape(name)}</span><span class="track" aria-hidden="true">${parts.map(({ kind, from, to, title }) =>
  `<i class="${kind}" style="left:${at(100 * from)}%${to === undefined ? "" : `;width:${at(100 * Math.max(0, to - from))}%`}"${title === undefined ? "" : ` title="${escape(title)}"`}></i>`).join("")}</span><b>${escape(value)}${more === undefined ? "" : `<small>, ${escape(more)}</small>`}</b></div>`).join("\n")}</div>`;
