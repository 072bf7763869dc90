/** The figures, by check. A new one is its file and a line here. */
import { coverageFigure } from "./coverage.js";
import { devicesFigure } from "./devices.js";
import type { Figure } from "./figure.js";
import { latencyFigure } from "./latency.js";
import { lossFigure } from "./loss.js";
import { memoryFigure } from "./memory.js";
import { numericsFigure } from "./numerics.js";
import { receptiveFieldFigure } from "./receptive-field.js";
import { seamsFigure } from "./seams.js";

export const figures: Readonly<Record<string, Figure>> = {
  receptive_field: receptiveFieldFigure,
  coverage: coverageFigure,
  seams: seamsFigure,
  numerics: numericsFigure,
  loss: lossFigure,
  devices: devicesFigure,
  latency: latencyFigure,
  memory: memoryFigure,
};
