import type { Check } from "../check.js";
import { proxyScores } from "../proxies/index.js";
import type { Proxy } from "../proxies/proxy.js";
import { brief, skipped } from "../result.js";
import type { Sizes, Subject } from "../subject.js";

const seeds = 3;
/** Of one image: a score takes up to 16 images, some tens of times. */
const mostMacs = 1e8;

/** A score over the seeds, or why there is none. */
export interface ProxyFigure {
  readonly name: string;
  readonly title: string;
  readonly mean?: number;
  /** Largest less smallest. */
  readonly spread?: number;
  readonly because?: string;
}

export const proxies: Check = {
  name: "proxies",
  title: "scores of the untrained network that papers found to go along with accuracy",
  measures: `Four scores from forward passes, each for ${seeds} seeds of the weights, with its spread.

${proxyScores.map(({ page }) => page).join("\n\n")}`,
  threshold: "None: they rank variants of one spec, weakly, and promise nothing. Networks of other sizes or activations are not comparable, and nothing is ever judged by them.",
  remedy: "Put variants side by side with `segc compare`, and trust a difference only where it is larger than the spread over seeds.",
  async run(subject) {
    const sizes = subject.comfortable(mostMacs, 1 / 32);
    if (sizes === undefined) return skipped("no legal size");
    const figures: ProxyFigure[] = [];
    for (const proxy of proxyScores) figures.push(await overSeeds(proxy, subject, sizes));
    const known = figures.filter(({ mean }) => mean !== undefined);
    if (known.length === 0) return skipped(figures.map(({ title, because }) => `${title}: ${because}`).join("; "));
    const [, , height, width] = subject.imageShape(sizes);
    return {
      status: "pass",
      figure: `${known.map(({ title, mean, spread }) => `${title} ${shown(mean!)} (spread ${brief(spread!)})`).join(", ")}, at ${height}x${width} over ${seeds} seeds; they rank variants of one spec, and promise nothing`,
      threshold: "none",
      details: figures.flatMap(({ title, because }) => (because === undefined ? [] : [`${title}: none, since ${because}`])),
      metrics: Object.fromEntries(known.flatMap(({ name, mean, spread }) => [[name, mean!], [`${name}_spread`, spread!]])),
      data: figures,
    };
  },
};

async function overSeeds({ name, title, score }: Proxy, subject: Subject, sizes: Sizes): Promise<ProxyFigure> {
  const scores: number[] = [];
  for (let seed = 0; seed < seeds; seed++) {
    subject.say(`${title}, seed ${seed}`);
    const one = await score(subject, sizes, seed);
    if (typeof one === "string") return { name, title, because: one };
    scores.push(one);
  }
  return { name, title, mean: scores.reduce((a, b) => a + b, 0) / seeds, spread: Math.max(...scores) - Math.min(...scores) };
}

export const shown = (score: number): string => (Number.isInteger(score) || Math.abs(score) >= 1e4 ? String(Math.round(score)) : score.toFixed(2));
