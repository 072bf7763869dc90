import { brief } from "../../result.js";
import { withUnit } from "../html.js";
import { bars } from "./bars.js";
import type { Figure } from "./figure.js";

export const memoryFigure: Figure = ({ metrics, status }) => {
  const { predicted, measured, peak } = metrics ?? {};
  if (predicted === undefined || measured === undefined || peak === undefined) return "";
  const most = Math.max(predicted, measured, peak);
  const row = (name: string, bytes: number, kind: string) => ({ name, value: withUnit(brief(bytes / 2 ** 20), "MiB"), parts: [{ kind: `fill ${kind}`, from: 0, to: bytes / most }] });
  return `<div class="figures one"><figure>${bars([row("predicted", predicted, "second"), row("measured", measured, status === "pass" ? "" : "alarm"), row("at the most, while loading", peak, "")])}</figure></div>`;
};
