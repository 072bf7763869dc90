/** Pictures of the report, as SVG text. Nothing in them is loaded from anywhere. */

export const escape = (text: string): string => text.replace(/[&<>"]/g, (found) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[found]!);

const number = (value: number): string => String(Number(value.toFixed(2)));

/** Dark blue, violet, orange, light yellow: even in lightness (the idea of matplotlib's "inferno"). */
export function heat(share: number): readonly [number, number, number] {
  const stops = [[4, 6, 24], [66, 16, 104], [147, 38, 103], [221, 81, 58], [252, 165, 10], [252, 255, 190]] as const;
  const at = Math.max(0, Math.min(1, share)) * (stops.length - 1);
  const [low, high] = [stops[Math.floor(at)]!, stops[Math.ceil(at)]!];
  return [0, 1, 2].map((i) => Math.round(low[i]! + (high[i]! - low[i]!) * (at % 1))) as unknown as readonly [number, number, number];
}

/** A map of values as an image: logarithmic, holes (0) in grey. An uncompressed bitmap needs no library. */
export function bitmap(values: readonly number[], width: number): string {
  const height = values.length / width;
  const most = Math.max(...values);
  const row = Math.ceil(width / 4) * 4;
  const bytes = Buffer.alloc(54 + 1024 + row * height);
  bytes.write("BM");
  bytes.writeUInt32LE(bytes.length, 2);
  bytes.writeUInt32LE(54 + 1024, 10);
  bytes.writeUInt32LE(40, 14);
  bytes.writeInt32LE(width, 18);
  bytes.writeInt32LE(height, 22);
  bytes.writeUInt16LE(1, 26);
  bytes.writeUInt16LE(8, 28);
  bytes.writeUInt32LE(256, 46);
  for (let i = 0; i < 256; i++) {
    const [r, g, b] = i === 0 ? [120, 130, 145] : heat((i - 1) / 254);
    bytes.writeUInt32LE((r! << 16) | (g! << 8) | b!, 54 + 4 * i);
  }
  // Four decades of influence are shown; what is less is as dark as the darkest.
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const value = values[(height - 1 - y) * width + x]!;
      bytes[54 + 1024 + y * row + x] = value === 0 ? 0 : 1 + Math.round(254 * Math.max(0, 1 + Math.log10(value / most) / 4));
    }
  return `data:image/bmp;base64,${bytes.toString("base64")}`;
}

export interface Series {
  readonly values: readonly number[];
  readonly name: string;
  readonly class: string;
}

const box = { width: 720, height: 220, left: 52, right: 12, top: 12, bottom: 30 };

/** Lines over an index. */
export function lines(series: readonly Series[], { xs = (i: number): number => i, x = "", y = "" }): string {
  const most = Math.max(1e-12, ...series.flatMap(({ values }) => values));
  const last = Math.max(1, ...series.map(({ values }) => values.length - 1));
  const at = (i: number, value: number): string => `${number(box.left + (i / last) * (box.width - box.left - box.right))},${number(box.height - box.bottom - (value / most) * (box.height - box.top - box.bottom))}`;
  return `<svg viewBox="0 0 ${box.width} ${box.height}" role="img">
${axis(x, y, `${xs(0)}`, `${number(xs(last))}`, "0", most.toPrecision(2))}
${series.map(({ values, class: kind, name }) => `<polyline class="line ${kind}" points="${thin(values).map(([i, value]) => at(i, value)).join(" ")}"><title>${escape(name)}</title></polyline>`).join("\n")}
</svg>`;
}

/** At most about 700 points: the largest of each stretch. */
function thin(values: readonly number[]): readonly (readonly [number, number])[] {
  const step = Math.max(1, Math.ceil(values.length / 700));
  const found: [number, number][] = [];
  for (let i = 0; i < values.length; i += step) found.push([i, Math.max(...values.slice(i, i + step))]);
  return found;
}

export const axis = (x: string, y: string, from: string, to: string, low: string, high: string): string => `<path class="axis" d="M${box.left} ${box.top}V${box.height - box.bottom}H${box.width - box.right}"/>
<text x="${box.left - 6}" y="${box.height - box.bottom}" text-anchor="end">${low}</text><text x="${box.left - 6}" y="${box.top + 9}" text-anchor="end">${high}</text>
<text x="${box.left}" y="${box.height - 10}">${from}</text><text x="${box.width - box.right}" y="${box.height - 10}" text-anchor="end">${to}</text>
<text x="${(box.left + box.width) / 2}" y="${box.height - 10}" text-anchor="middle">${escape(x)}</text>
<text transform="translate(12 ${box.height / 2}) rotate(-90)" text-anchor="middle">${escape(y)}</text>`;

export interface Band {
  readonly name: string;
  readonly quantiles: readonly number[];
  readonly mark: boolean;
}

/** Quantiles of each tensor along the depth, on a scale that is even near 0 and logarithmic far out. */
export function bands(items: readonly Band[]): string {
  const squash = (value: number): number => Math.asinh(value * 2);
  const finite = items.flatMap(({ quantiles }) => quantiles.filter(Number.isFinite)).map(squash);
  const [low, high] = [Math.min(-0.5, ...finite), Math.max(0.5, ...finite)];
  const y = (value: number): number => box.top + ((high - squash(Number.isFinite(value) ? value : 0)) / (high - low)) * (box.height - box.top - box.bottom);
  const step = (box.width - box.left - box.right) / Math.max(1, items.length);
  const bars = items.map(({ name, quantiles: [q1, q5, q25, q50, q75, q95, q99], mark }, i) => {
    const x = box.left + i * step;
    const bar = (top: number, bottom: number, kind: string, inset: number): string => `<rect class="${kind}" x="${number(x + step * inset)}" width="${number(step * (1 - 2 * inset))}" y="${number(y(top))}" height="${number(Math.max(0.6, y(bottom) - y(top)))}"/>`;
    return `<g class="${mark ? "marked" : ""}"><title>${escape(`${name}: 1 % ${q1!.toPrecision(3)}, median ${q50!.toPrecision(3)}, 99 % ${q99!.toPrecision(3)}`)}</title>${bar(q99!, q1!, "far", 0.42)}${bar(q95!, q5!, "mid", 0.25)}${bar(q75!, q25!, "near", 0.12)}</g>`;
  });
  const back = (value: number): string => (Math.sinh(value) / 2).toPrecision(2);
  return `<svg viewBox="0 0 ${box.width} ${box.height}" role="img">
${axis("steps of the network, in order", "values", "first", "last", back(low), back(high))}
<path class="zero" d="M${box.left} ${number(y(0))}H${box.width - box.right}"/>
${bars.join("\n")}
</svg>`;
}
