import { brief } from "../../result.js";
import { bars } from "./bars.js";
import type { Figure } from "./figure.js";

/** What the network's first loss is, beside that of one which knows nothing. */
export const lossFigure: Figure = ({ metrics, status }) => {
  const { start, guess } = metrics ?? {};
  if (start === undefined || guess === undefined || !Number.isFinite(start) || guess <= 0) return "";
  const most = 1.02 * Math.max(start, 2 * guess);
  const bound = { kind: "bound", from: (2 * guess) / most, title: "twice a guess" };
  return `<div class="figures one"><figure>${bars([
    { name: "a guess", value: brief(guess), parts: [{ kind: "fill second", from: 0, to: guess / most }] },
    { name: "as it starts", value: brief(start), parts: [{ kind: `fill ${status === "pass" ? "" : "alarm"}`, from: 0, to: start / most }, bound] },
  ])}<p class="caption">Dashed: twice a guess.</p></figure></div>`;
};
