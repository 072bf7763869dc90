/** Colours of the pages, which are those of the diagram, and the style sheet. Light and dark, screen, phone and paper. */
import { type Paint, paints, strokes, surface } from "../../diagram/palette.js";

type Mode = "light" | "dark";

/** The marks of what a check says: each also has a sign of its own, for who does not tell colours apart. */
const statuses = { pass: strokes.upconv, warning: strokes.skip, failure: strokes.pool, skipped: paints.input };

const variables = (mode: Mode): string => [
  `--paper:${{ light: surface.band.light, dark: "#0a0d12" }[mode]};--card:${surface.paper[mode]};--ink:${surface.ink[mode]};--muted:${surface.muted[mode]};--rule:${{ light: "#dfe3e9", dark: "#2b333e" }[mode]};--faint:${{ light: "#e9edf2", dark: "#232b35" }[mode]}`,
  `--first:${paints.encoder[mode]};--second:${strokes.skip[mode]};--third:${paints.context[mode]}`,
  ...Object.entries(statuses).map(([name, colour]) => `--${name}:${colour[mode]}`),
  ...(Object.keys(paints) as Paint[]).map((paint) => `--${paint}:${paints[paint][mode]}`),
].join(";");

const roles = (Object.keys(paints) as Paint[]).map((paint) => `.r-${paint}{fill:var(--${paint});background:var(--${paint})}`).join("");
const marks = Object.keys(statuses).map((status) => `.${status}{--mark:var(--${status})}`).join("");

/** Each rule on a line of its own; parts in the order of the page. */
export const sheet = `:root{color-scheme:light dark;${variables("light")}}
@media(prefers-color-scheme:dark){:root{${variables("dark")}}}
*{box-sizing:border-box}
html{scroll-behavior:smooth;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 Inter,system-ui,'Segoe UI','Helvetica Neue',Arial,'DejaVu Sans',sans-serif;font-feature-settings:"tnum";overflow-wrap:break-word}
main{max-width:1120px;margin:0 auto;padding:56px 24px 72px}
h1{font-size:clamp(32px,6vw,52px);line-height:1.05;letter-spacing:-.03em;margin:6px 0 10px}
h2{font-size:19px;line-height:1.3;letter-spacing:-.01em;margin:0}
p{margin:0 0 10px}a{color:inherit}code{font:.87em ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace}
.soft{color:var(--muted)}.small{font-size:13.5px}.lead{font-size:18px;max-width:62em}main>header{margin-bottom:26px}
.over{font-size:12.5px;font-weight:600;letter-spacing:.08em;text-transform:uppercase;color:var(--muted);margin:0}

.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(142px,1fr));gap:22px 20px;margin:30px 0 34px;padding:0}
.facts dt{font-size:13px;color:var(--muted)}
.facts dd{margin:0;font-size:23px;font-weight:650;letter-spacing:-.02em;line-height:1.25}.facts dd small{display:block;font-size:13px;font-weight:400;letter-spacing:0;color:var(--muted)}

.verdict{display:flex;align-items:center;gap:14px;font-size:20px;font-weight:650;letter-spacing:-.01em;margin:0 0 14px}
.strip{display:grid;grid-template-columns:repeat(auto-fill,minmax(145px,1fr));gap:7px;margin:0 0 28px;padding:0;list-style:none}
.strip a{display:flex;align-items:center;gap:8px;height:100%;padding:8px 9px;border-radius:10px;background:var(--card);border:1px solid var(--rule);text-decoration:none;font-size:13.5px;font-weight:550}
.strip a:hover,.strip a:focus-visible{border-color:var(--mark)}
.strip .skipped{background:none;color:var(--muted)}
${marks}
.sign{flex:none;display:inline-grid;place-items:center;width:1.5em;height:1.5em;border-radius:50%;background:var(--mark);color:var(--card);font-size:.85em;font-weight:800;line-height:1}

.card{background:var(--card);border:1px solid var(--rule);border-radius:14px;padding:22px 26px 24px;margin:0 0 18px;scroll-margin-top:12px}
.card>header{display:flex;gap:14px;align-items:flex-start;margin-bottom:14px}.card>header .sign{margin-top:1px;font-size:.95em}
.card>header div{flex:1;min-width:0}.card>header p{margin:2px 0 0;font-size:13.5px;color:var(--muted)}
.card.skipped{padding-top:14px;padding-bottom:14px;background:none}.card.skipped>header{margin:0}.card.skipped h2{font-size:16px;color:var(--muted)}
.card.warning,.card.failure{border-color:var(--mark)}
.measured{display:grid;grid-template-columns:minmax(86px,max-content) minmax(0,1fr);gap:4px 18px;margin:0 0 4px;font-size:15px}
.measured dt{color:var(--muted)}.measured dd{margin:0}
.measured ul{margin:0;padding-left:18px}
details{margin-top:14px;font-size:14px;color:var(--muted)}summary{cursor:pointer;width:max-content;max-width:100%}summary:hover{color:var(--ink)}details p{margin:8px 0 0;max-width:76em}
.look{border-left:4px solid var(--mark)}.look ul{margin:8px 0 0;padding:0;list-style:none;display:grid;gap:8px}.look li{display:flex;gap:10px}

.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,320px),1fr));gap:26px 32px;margin:22px 0 0}.figures.one{grid-template-columns:minmax(0,1fr)}
.figures.beside{grid-template-columns:minmax(0,2.1fr) minmax(0,1fr);align-items:end}.figures:not(.beside)>.words{grid-column:1/-1;margin-top:-16px}.figures>*{min-width:0}figure{margin:0}figcaption{font-size:14px;font-weight:600;margin:0 0 10px}figcaption .soft{font-weight:400}
.caption{font-size:13.5px;color:var(--muted);margin:8px 0 0}
#network{padding:6px}.drawing{overflow-x:auto}.drawing svg{display:block;width:100%;height:auto;margin:0 auto}
.picture{display:block;width:100%;height:auto;border-radius:10px;background:#0b0f14}
.map{display:block;width:100%;height:auto;border-radius:8px;image-rendering:pixelated}.framed{position:relative}.framed i{position:absolute;border:0 dashed #fff;opacity:.9}
.map.smooth{image-rendering:auto}
.scale{height:10px;border-radius:5px;margin:12px 0 4px}.ends{display:flex;justify-content:space-between;gap:12px;color:var(--muted);font-size:12.5px}

.chart{min-width:0}.chart+.chart{margin-top:26px}.figures>.chart+.chart{margin-top:0}.plot{position:relative;margin:0 0 22px 58px}
.plot svg{display:block;position:absolute;inset:0;width:100%;height:100%;overflow:visible}.plot svg *{vector-effect:non-scaling-stroke}
.ys span{position:absolute;right:calc(100% + 8px);transform:translateY(-50%);font-size:12px;line-height:1;color:var(--muted);white-space:nowrap}
.xs span{position:absolute;top:calc(100% + 6px);transform:translateX(-50%);font-size:12px;line-height:1;color:var(--muted);white-space:nowrap}.xs .first{transform:none}.xs .last{transform:translateX(-100%)}
.x-name{font-size:12.5px;color:var(--muted);margin:2px 0 0 58px;text-align:center}
.grid{fill:none;stroke:var(--rule);stroke-width:1}.reference{fill:none;stroke:var(--muted);stroke-width:1.2;stroke-dasharray:5 4}.limit{fill:none;stroke:var(--failure);stroke-width:1.2;stroke-dasharray:5 4}
.curve{fill:none;stroke-width:2;stroke-linejoin:round}.curve.first,.dot.first{stroke:var(--first)}.curve.second,.dot.second{stroke:var(--second)}.curve.third{stroke:var(--third)}.curve.second{stroke-dasharray:7 3}.curve.third{stroke-dasharray:2 3}
.dot{stroke-width:7;stroke-linecap:round;stroke:var(--first)}.dot.small{stroke-width:4.5}.dot.alarm{stroke:var(--failure);stroke-width:9}
.bubble path{fill:none;stroke-linecap:round}.bubble .rim{stroke:var(--first)}.bubble .core{stroke:var(--first);opacity:.9}.bubble.off-front .rim{stroke:var(--muted)}.bubble.off-front .core{stroke:var(--card);opacity:1}
.name-of{position:absolute;transform:translateY(-50%);font-size:13px;font-weight:550;line-height:1;white-space:nowrap;max-width:70%;overflow:hidden;text-overflow:ellipsis;padding:2px 0}
.wide{opacity:.24}.half{opacity:.34}.inner{opacity:.95}.middle{fill:var(--card)}.alarmed rect:not(.hover){fill:var(--failure)}.hover{fill:transparent}.hover:hover{fill:var(--ink);opacity:.12}
${roles}
.key{display:flex;flex-wrap:wrap;gap:4px 18px;font-size:13px;color:var(--muted);margin:10px 0 0}.key span{display:inline-flex;align-items:center;gap:7px}
.swatch{flex:none;display:inline-block;width:18px;height:10px;border-radius:3px}.swatch.line-first{height:0;border-top:2.5px solid var(--first);border-radius:0}.swatch.line-second{height:0;border-top:2.5px dashed var(--second);border-radius:0}.swatch.line-third{height:0;border-top:2.5px dotted var(--third);border-radius:0}
.swatch.box{width:22px;height:15px;border:2px solid #fff;outline:1px solid var(--rule);background:#3a4450}.swatch.core{width:22px;height:15px;border:2px dashed #ffd24a;outline:1px solid var(--rule);background:#3a4450}.swatch.hole{background:rgb(120 130 145)}
.swatch.reference{height:0;border-top:2px dashed var(--muted);border-radius:0}.swatch.limit{height:0;border-top:2px dashed var(--failure);border-radius:0}.swatch.on-front,.swatch.off-front{width:12px;height:12px;border-radius:6px;background:var(--first)}.swatch.off-front{background:none;border:2px solid var(--muted)}
.swatch.dot-second{width:8px;height:8px;border-radius:4px;background:var(--second)}.swatch.alarm{width:10px;border-radius:5px;background:var(--failure)}

.bars{display:grid;grid-template-columns:max-content minmax(60px,1fr) max-content;gap:9px 14px;align-items:center;font-size:14px}.bars>div{display:contents}
.bars .track{position:relative;height:14px;border-radius:7px;background:var(--faint)}.bars b{font-weight:600;text-align:right}.bars small{font-weight:400;color:var(--muted);font-size:13px}
.bars .track i{position:absolute;top:0;bottom:0;border-radius:7px;min-width:3px}.bars .fill{background:var(--first)}.bars .fill.second{background:var(--second)}.bars .fill.alarm{background:var(--failure)}
.bars .track .range{background:var(--first);opacity:.35}.bars .track .tick{width:2px;min-width:2px;top:2px;bottom:2px;border-radius:1px;background:var(--first);margin-left:-1px}.bars .track .median{width:6px;top:-3px;bottom:-3px;background:var(--first);margin-left:-3px;border-radius:3px}
.bars .track .bound{width:0;min-width:0;top:-4px;bottom:-4px;border-left:2px dashed var(--muted);border-radius:0}
@media(max-width:560px){.bars{grid-template-columns:minmax(0,1fr);gap:12px}.bars>div{display:grid;grid-template-columns:minmax(0,1fr) max-content;gap:5px 12px}.bars .track{grid-area:2/1/3/3}}

.rows{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:14.5px}th,td{padding:8px 14px;border-top:1px solid var(--rule);text-align:right;white-space:nowrap}td.long{white-space:normal;min-width:170px}thead>tr>*{border-top:0}th[scope=row]{text-align:left;position:sticky;left:0;background:var(--card)}th[scope=col]{font-weight:400;color:var(--muted)}th[scope=row],thead td{padding-left:0}
.front{color:var(--first)}
footer{color:var(--muted);font-size:13.5px;margin-top:30px}
.hidden{position:absolute;width:0;height:0;overflow:hidden}
@media(max-width:560px){main{padding:28px 14px 48px}.figures.beside{grid-template-columns:minmax(0,1fr)}.card{padding:18px 16px 20px;border-radius:12px}.facts{grid-template-columns:1fr 1fr;gap:16px}.measured{grid-template-columns:minmax(0,1fr);gap:0}.measured dd{margin-bottom:8px}.plot{margin-left:46px}.x-name{margin-left:46px}}
@media(prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
@media print{:root{${variables("light")}}body{background:#fff;font-size:12px}main{max-width:none;padding:0}.card,.chart,.facts,figure{break-inside:avoid}.card{border-color:#ccc}details{display:none}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
`;
