/**
 * Paints examples/street.png: a made-up street in a photographic manner, so that the sample belongs to nobody else.
 * Every pixel is a function of its place (and of hashed noise): the same picture each time.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { deflateSync } from "node:zlib";

const width = 500;
const height = 375;
const horizon = 176;
const vanish = { x: 236, y: horizon };

// --- noise ---------------------------------------------------------------------------------------------------------

function hash(x, y, seed) {
  let h = Math.imul(x, 0x9e3779b1) ^ Math.imul(y, 0x85ebca6b) ^ Math.imul(seed, 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 2 ** 32;
}

/** Smooth noise of unit wavelength, 0..1. */
function noise(x, y, seed) {
  const [i, j] = [Math.floor(x), Math.floor(y)];
  const ease = (t) => t * t * (3 - 2 * t);
  const [u, v] = [ease(x - i), ease(y - j)];
  const at = (a, b) => hash(i + a, j + b, seed);
  return (at(0, 0) * (1 - u) + at(1, 0) * u) * (1 - v) + (at(0, 1) * (1 - u) + at(1, 1) * u) * v;
}

/** Octaves of noise, 0..1. */
function cloudy(x, y, seed, octaves = 4) {
  let [sum, weight, total] = [0, 1, 0];
  for (let o = 0; o < octaves; o++) {
    sum += weight * noise(x * 2 ** o, y * 2 ** o, seed + o);
    total += weight;
    weight /= 2;
  }
  return sum / total;
}

// --- colour and shape ----------------------------------------------------------------------------------------------

const mix = (a, b, t) => a.map((value, c) => value + (b[c] - value) * t);
const lit = (a, factor) => a.map((value) => value * factor);
const clamp = (t) => Math.min(1, Math.max(0, t));
const smooth = (from, to, x) => { const t = clamp((x - from) / (to - from)); return t * t * (3 - 2 * t); };

/** Signed distance to a box with round corners: negative inside. */
const box = (x, y, cx, cy, w, h, r = 0) => {
  const [dx, dy] = [Math.abs(x - cx) - w / 2 + r, Math.abs(y - cy) - h / 2 + r];
  return Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - r;
};
const ellipse = (x, y, cx, cy, rx, ry) => (Math.hypot((x - cx) / rx, (y - cy) / ry) - 1) * Math.min(rx, ry);
/** Signed distance (nearly) to a convex polygon given clockwise on the screen. */
const polygon = (x, y, points) =>
  Math.max(...points.map(([ax, ay], i) => {
    const [bx, by] = points[(i + 1) % points.length];
    const length = Math.hypot(bx - ax, by - ay);
    return ((by - ay) * (x - ax) - (bx - ax) * (y - ay)) / length;
  }));

/** Light comes from the upper left. */
const sun = [255, 240, 214];
const haze = [206, 217, 228];

// --- the scene, from back to front ---------------------------------------------------------------------------------

function sky(x, y) {
  const down = clamp(y / horizon);
  let colour = mix([74, 122, 184], [214, 224, 232], down ** 1.25);
  colour = mix(colour, sun, 0.55 * Math.exp(-(((x + 30) / 210) ** 2) - ((y - 90) / 120) ** 2));
  // Clouds lie in a plane above: they crowd towards the horizon.
  const depth = 60 / (horizon + 26 - y);
  const cover = cloudy((x - 250) * depth * 0.022 + 9, depth * 4.6, 11, 5);
  const cloud = smooth(0.5, 0.76, cover);
  const body = mix([252, 250, 246], [186, 196, 210], smooth(0.58, 0.88, cover));
  return mix(colour, body, cloud * (0.88 - 0.35 * down));
}

const ridges = [
  { base: 148, swing: 42, scale: 130, seed: 31, colour: [133, 155, 176], far: 0.62 },
  { base: 160, swing: 30, scale: 84, seed: 37, colour: [100, 128, 124], far: 0.4 },
  { base: 170, swing: 22, scale: 47, seed: 41, colour: [72, 102, 70], far: 0.2 },
];

function hills(x, y, under) {
  let colour = under;
  for (const { base, swing, scale, seed, colour: own, far } of ridges) {
    const crest = base - swing * (cloudy(x / scale, 1.7, seed, 4) - 0.35);
    const inside = smooth(-0.7, 0.7, y - crest);
    if (inside === 0) continue;
    const texture = 0.86 + 0.28 * cloudy(x / 6, y / 4, seed + 9, 3);
    colour = mix(colour, mix(lit(own, texture), haze, far * (0.7 + 0.3 * smooth(crest, crest + 40, y))), inside);
  }
  return colour;
}

/** Where a ground point lies: across from the middle of the road, and distance, in road widths. */
const ground = (x, y) => {
  const distance = 100 / Math.max(0.6, y - vanish.y);
  const middle = vanish.x + (y - vanish.y) * -0.08;
  return { across: ((x - middle) / Math.max(0.6, y - vanish.y)) / 1.12, distance };
};

function land(x, y) {
  const { across, distance } = ground(x, y);
  const far = smooth(1.5, 14, distance);
  const detail = cloudy(across * 26, distance * 26, 51, 4) * (1 - far) + 0.5 * far;
  const patches = cloudy(across * 3 + 4, distance * 3, 57, 3);
  const grass = mix(mix([74, 108, 44], [112, 138, 62], patches), [150, 150, 84], 0.35 * smooth(0.55, 0.8, patches));
  let colour = lit(grass, 0.68 + 0.62 * detail);

  const edge = 0.006 + 0.004 * distance;
  const within = (from, to) => smooth(from - edge, from + edge, across) * (1 - smooth(to - edge, to + edge, across));
  const slab = Math.abs(((distance * 9) % 1) - 0.5) > 0.46 ? 0.86 : 1;
  colour = mix(colour, lit([178, 172, 164], (0.86 + 0.24 * detail) * slab), within(1.08, 1.36));
  colour = mix(colour, lit([196, 192, 184], 0.95), within(1.02, 1.08));
  const tracks = 0.94 + 0.1 * Math.abs(Math.sin(across * 6.3));
  const patch = cloudy(across * 2.2, distance * 2.4, 63, 3);
  colour = mix(colour, lit([98, 98, 102], (0.84 + 0.22 * detail) * tracks * (0.9 + 0.2 * patch)), within(-1.02, 1.02));
  const paint = [226, 224, 214];
  colour = mix(colour, lit(paint, 0.92 + 0.12 * detail), 0.85 * within(-0.95, -0.9));
  colour = mix(colour, lit(paint, 0.92 + 0.12 * detail), 0.85 * within(0.9, 0.95));
  if (((distance * 2.4 + 0.25) % 1) < 0.5) colour = mix(colour, lit(paint, 0.92 + 0.12 * detail), 0.85 * within(-0.028, 0.028));
  return mix(colour, haze, 0.55 * far);
}

/** A soft shadow on the ground. */
const shade = (colour, x, y, cx, cy, rx, ry, strength) => {
  const far = Math.hypot((x - cx) / rx, (y - cy) / ry);
  return lit(colour, 1 - strength * (1 - smooth(0.45, 1.15, far)));
};

function fence(x, y, colour) {
  if (y < 176 || y > 214 || x > 170) return colour;
  const top = 186 - (170 - x) * 0.055;
  const bottom = 201 + (170 - x) * 0.07;
  const spacing = 14 + (170 - x) * 0.06;
  const phase = ((170 - x) / spacing) % 1;
  const rail = [0.25, 0.7].some((at) => Math.abs(y - (top + (bottom - top) * at)) < 1.1);
  const post = phase < 0.14 && y > top - 2 && y < bottom;
  return post || rail ? lit([150, 122, 92], post ? 1.05 : 0.9) : colour;
}

function house(x, y, under) {
  let colour = under;
  const wall = polygon(x, y, [[322, 118], [448, 108], [448, 224], [322, 212]]);
  const side = polygon(x, y, [[448, 108], [506, 120], [506, 214], [448, 224]]);
  const boards = 0.96 + 0.04 * Math.sign(Math.sin((y - x * 0.02) * 1.25));
  if (side < 0.7) colour = mix(colour, lit([168, 150, 128], boards * (0.92 + 0.12 * cloudy(x / 9, y / 9, 71))), smooth(0.7, -0.7, side));
  if (wall < 0.7) {
    const eaves = 0.72 + 0.28 * smooth(112, 134, y);
    colour = mix(colour, lit([231, 215, 188], boards * eaves * (0.94 + 0.1 * cloudy(x / 11, y / 9, 73))), smooth(0.7, -0.7, wall));
  }
  const gable = polygon(x, y, [[448, 108], [478, 62], [506, 120]]);
  if (gable < 0.7) colour = mix(colour, lit([160, 142, 120], boards), smooth(0.7, -0.7, gable));
  const roof = polygon(x, y, [[310, 122], [352, 72], [480, 58], [454, 112]]);
  if (roof < 0.7) {
    const tiles = 0.9 + 0.1 * Math.sign(Math.sin(y * 1.9)) * (0.6 + 0.4 * Math.sign(Math.sin(x * 0.9 + Math.floor((y * 1.9) / Math.PI) * 1.5)));
    colour = mix(colour, lit([164, 78, 58], tiles * (0.8 + 0.34 * cloudy(x / 13, y / 7, 79))), smooth(0.7, -0.7, roof));
  }
  const chimney = box(x, y, 402, 62, 15, 30);
  if (chimney < 0.7) colour = mix(colour, lit([140, 84, 70], (x > 404 ? 0.74 : 1) * (0.94 + 0.1 * Math.sign(Math.sin(y * 2.1)))), smooth(0.7, -0.7, chimney));

  for (const [cx, cy, w, h] of [[346, 145, 22, 30], [418, 142, 26, 32], [346, 188, 22, 28], [478, 150, 17, 30]]) {
    const frame = box(x, y, cx, cy, w + 6, h + 6);
    if (frame < 0.6) colour = mix(colour, [244, 240, 230], smooth(0.6, -0.6, frame));
    const glass = box(x, y, cx, cy, w, h);
    if (glass < 0.6) {
      const mirrored = mix([58, 76, 96], [176, 198, 214], smooth(-16, 14, (x - cx) * 0.8 - (y - cy)) * 0.75);
      const bar = Math.abs(x - cx) < 1 || Math.abs(y - cy) < 1;
      colour = mix(colour, bar ? [240, 236, 226] : mirrored, smooth(0.6, -0.6, glass));
    }
  }
  const frame = box(x, y, 388, 191, 28, 56);
  if (frame < 0.6) colour = mix(colour, [244, 240, 230], smooth(0.6, -0.6, frame));
  const door = box(x, y, 388, 192, 21, 52);
  if (door < 0.6) {
    const panel = Math.min(Math.abs(box(x, y, 388, 180, 13, 18)), Math.abs(box(x, y, 388, 205, 13, 18)));
    colour = mix(colour, lit([52, 88, 92], panel < 1 ? 0.72 : 1), smooth(0.6, -0.6, door));
  }
  if (Math.hypot(x - 396, y - 195) < 1.4) colour = [214, 186, 110];
  return colour;
}

function foliage(x, y, under, { cx, cy, rx, ry, seed, colour: own }) {
  const ragged = 0.34 * (cloudy(x / 13, y / 13, seed, 4) - 0.5) + 0.16 * (cloudy(x / 4, y / 4, seed + 5, 3) - 0.5);
  const edge = Math.hypot((x - cx) / rx, (y - cy) / ry) + ragged;
  const inside = 1 - smooth(0.93, 1.0, edge);
  if (inside === 0) return under;
  // Clumps are round: bright on the side of the sun, dark below.
  const clump = cloudy(x / 9, y / 9, seed + 2, 3) - cloudy((x + 4) / 9, (y + 5) / 9, seed + 2, 3);
  const round = 0.86 - 0.3 * ((x - cx) / rx) * 0.7 - 0.34 * ((y - cy) / ry);
  const leaves = 0.78 + 0.44 * cloudy(x / 2.3, y / 2.3, seed + 7, 2);
  return mix(under, mix(lit(own, clamp(round + 1.5 * clump) * leaves * 1.25), sun, 0.06), inside);
}

function tree(x, y, under, { foot, base, tall, spread, seed, colour }) {
  let result = under;
  const trunk = Math.abs(x - foot - 2.2 * Math.sin(y / 17 + seed)) - (spread * 0.075 + Math.max(0, y - base + 9) * 0.5);
  if (trunk < 0.8 && y > base - tall * 0.62 && y < base) {
    const bark = 0.74 + 0.5 * cloudy(x / 2.2, y / 8, seed + 17, 3);
    result = mix(result, lit([94, 74, 56], bark * (x < foot ? 1.12 : 0.72)), smooth(0.8, -0.8, trunk));
  }
  for (const [dx, dy, size] of [[0.34, 0.52, 0.74], [-0.4, 0.56, 0.72], [0, 0.74, 1]])
    result = foliage(x, y, result, { cx: foot + dx * spread, cy: base - dy * tall, rx: spread * size * 0.78, ry: tall * size * 0.36, seed: seed + Math.round(dx * 10), colour });
  return result;
}

function car(x, y, under) {
  const [cx, cy] = [148, 292];
  let colour = under;
  const paint = (distance, own, edge = 0.7) => { if (distance < edge) colour = mix(colour, own, smooth(edge, -edge, distance)); };
  for (const wx of [-48, 48]) {
    paint(box(x, y, cx + wx, cy + 29, 21, 36, 5), lit([30, 30, 33], 0.9 + 0.3 * clamp((cx + wx - x) / 20)));
  }
  const light = (own) => lit(own, 1.08 - 0.0032 * (x - cx) - 0.006 * (y - cy));
  // Cabin, roof and rear window.
  const cabin = polygon(x, y, [[cx - 38, cy - 47], [cx + 38, cy - 47], [cx + 54, cy - 12], [cx - 54, cy - 12]]) - 4;
  paint(cabin, light([158, 34, 38]));
  const pane = polygon(x, y, [[cx - 34, cy - 42], [cx + 34, cy - 42], [cx + 46, cy - 14], [cx - 46, cy - 14]]) - 2;
  const reflection = mix([40, 50, 62], [184, 204, 220], 0.8 * smooth(8, -34, (y - cy + 26) * 1.2 + (x - cx) * 0.35) + 0.12 * cloudy(x / 9, y / 5, 91, 3));
  paint(pane, reflection);
  for (const seat of [-19, 19]) paint(box(x, y, cx + seat, cy - 21, 17, 17, 6), mix(reflection, [28, 30, 34], 0.72));
  paint(box(x, y, cx, cy + 6, 126, 44, 13), light([186, 40, 44]));
  paint(box(x, y, cx, cy - 11, 112, 5, 2.5), light([222, 96, 92]));
  paint(Math.abs(box(x, y, cx, cy + 3, 92, 31, 6)) - 0.5, light([112, 22, 28]));
  for (const lx of [-53, 53]) {
    paint(box(x, y, cx + lx, cy - 1, 16, 15, 4), lit([206, 36, 30], 1.1 - 0.05 * Math.abs(y - cy)));
    paint(box(x, y, cx + lx, cy + 3, 9, 5, 2), [250, 214, 190]);
  }
  paint(box(x, y, cx, cy + 6, 40, 11, 2), [236, 232, 214]);
  if (Math.abs(y - cy - 6) < 3 && Math.abs(x - cx) < 17 && Math.floor((x - cx + 20) / 4.2) % 2 === 0) colour = mix(colour, [44, 46, 60], 0.75);
  paint(box(x, y, cx, cy + 27, 128, 12, 5), lit([62, 60, 64], 1.1 - 0.02 * (y - cy)));
  paint(box(x, y, cx + 36, cy + 34, 11, 4, 2), [150, 150, 150]);
  return colour;
}

/** A walker on the pavement. */
function walker(x, y, under) {
  const [cx, foot] = [330, 268];
  let colour = under;
  const paint = (distance, own) => { if (distance < 0.7) colour = mix(colour, lit(own, 1.06 - 0.02 * (x - cx)), smooth(0.7, -0.7, distance)); };
  paint(polygon(x, y, [[cx - 4, foot - 27], [cx + 1, foot - 27], [cx - 3, foot], [cx - 8, foot]]) - 0.5, [46, 52, 78]);
  paint(polygon(x, y, [[cx - 1, foot - 27], [cx + 5, foot - 27], [cx + 9, foot - 1], [cx + 4, foot]]) - 0.5, [38, 44, 68]);
  paint(box(x, y, cx - 6, foot, 8, 3, 1.5), [40, 34, 32]);
  paint(box(x, y, cx + 8, foot - 1, 8, 3, 1.5), [40, 34, 32]);
  paint(box(x, y, cx, foot - 38, 15, 27, 6), [214, 166, 60]);
  paint(box(x, y, cx - 8, foot - 37, 5, 23, 2.4), [190, 142, 46]);
  paint(box(x, y, cx + 8, foot - 36, 5, 23, 2.4), [176, 130, 42]);
  paint(ellipse(x, y, cx, foot - 57, 5.6, 6.6), [206, 158, 128]);
  paint(polygon(x, y, [[cx - 6, foot - 64], [cx + 6, foot - 64], [cx + 6, foot - 58], [cx - 6, foot - 58]]) - 0.8, [62, 42, 32]);
  return colour;
}

const trees = [
  { foot: 204, base: 186, tall: 46, spread: 20, seed: 101, colour: [86, 116, 66] },
  { foot: 286, base: 192, tall: 62, spread: 26, seed: 121, colour: [80, 116, 58] },
  { foot: 52, base: 214, tall: 168, spread: 66, seed: 141, colour: [82, 122, 48] },
];

function scene(x, y) {
  let colour = y < horizon + 2 ? hills(x, y, sky(x, y)) : land(x, y);
  colour = mix(colour, haze, 0.5 * Math.exp(-(((y - horizon) / 5) ** 2)));
  if (y > horizon) {
    colour = shade(colour, x, y, 250, 190, 44, 4, 0.35);
    colour = shade(colour, x, y, 326, 196, 40, 5, 0.4);
    colour = shade(colour, x, y, 112, 220, 100, 13, 0.5);
    colour = shade(colour, x, y, 420, 226, 120, 14, 0.5);
    colour = shade(colour, x, y, 168, 336, 92, 14, 0.72);
    colour = shade(colour, x, y, 348, 269, 26, 4, 0.5);
  }
  colour = fence(x, y, colour);
  colour = tree(x, y, colour, trees[0]);
  colour = tree(x, y, colour, trees[1]);
  colour = house(x, y, colour);
  for (const [cx, cy, rx, seed] of [[352, 212, 17, 151], [430, 219, 19, 161], [464, 219, 22, 171]])
    colour = foliage(x, y, colour, { cx, cy, rx, ry: 11, seed, colour: [72, 108, 48] });
  colour = tree(x, y, colour, trees[2]);
  colour = walker(x, y, colour);
  return car(x, y, colour);
}

// --- lens, film, file ----------------------------------------------------------------------------------------------

const offsets = [[-0.25, -0.25], [0.25, -0.25], [-0.25, 0.25], [0.25, 0.25]];
const pixels = new Uint8Array(width * height * 3);
for (let y = 0; y < height; y++)
  for (let x = 0; x < width; x++) {
    const samples = offsets.map(([dx, dy]) => scene(x + dx, y + dy));
    const corner = 1 - 0.2 * Math.hypot((x - width / 2) / width, (y - height / 2) / height) ** 2 * 2;
    const grain = (hash(x, y, 1) + hash(x, y, 2) - 1) * 1.4;
    for (let c = 0; c < 3; c++) {
      const mean = samples.reduce((sum, sample) => sum + sample[c], 0) / samples.length;
      pixels[(y * width + x) * 3 + c] = Math.max(0, Math.min(255, Math.round((mean * corner + grain) / 2) * 2));
    }
  }

mkdirSync(new URL("../examples/", import.meta.url), { recursive: true });
const target = new URL("../examples/street.png", import.meta.url);
const png = encodePng();
writeFileSync(target, png);
console.log(`examples/street.png: ${width} x ${height}, ${png.length} bytes`);

/** Each line with the filter that leaves the smallest numbers. */
function encodePng() {
  const row = width * 3;
  const lines = Buffer.alloc((row + 1) * height);
  for (let y = 0; y < height; y++) {
    const at = (i, up) => (i < 0 || y - up < 0 ? 0 : pixels[(y - up) * row + i]);
    const filters = [
      () => 0,
      (i) => at(i - 3, 0),
      (i) => at(i, 1),
      (i) => (at(i - 3, 0) + at(i, 1)) >> 1,
      (i) => {
        const [a, b, c] = [at(i - 3, 0), at(i, 1), at(i - 3, 1)];
        const [pa, pb, pc] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)];
        return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
      },
    ].map((guess) => Uint8Array.from({ length: row }, (_, i) => at(i, 0) - guess(i)));
    const size = (line) => line.reduce((sum, value) => sum + (value < 128 ? value : 256 - value), 0);
    const best = filters.reduce((a, b, i) => (size(b) < size(filters[a]) ? i : a), 0);
    lines[y * (row + 1)] = best;
    lines.set(filters[best], y * (row + 1) + 1);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]), chunk("IHDR", header), chunk("IDAT", deflateSync(lines, { level: 9 })), chunk("IEND", Buffer.alloc(0))]);
}

function chunk(type, body) {
  const bytes = Buffer.alloc(12 + body.length);
  bytes.writeUInt32BE(body.length, 0);
  bytes.write(type, 4, "latin1");
  bytes.set(body, 8);
  let crc = -1;
  for (const byte of bytes.subarray(4, 8 + body.length)) {
    crc ^= byte;
    for (let k = 0; k < 8; k++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  bytes.writeInt32BE(~crc, 8 + body.length);
  return bytes;
}
