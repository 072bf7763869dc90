/** The frame of the HTML pages: one file, its style inside, readable in light and dark. */
import { escape } from "./svg.js";

export const page = (title: string, body: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title>
<style>
:root{--paper:#fbfaf7;--card:#fff;--ink:#1d2430;--soft:#667083;--rule:#e4e0d8;--pass:#1f8a5b;--warning:#b7791f;--failure:#c0362c;--skipped:#8b93a1;--accent:#3557c4;--accent2:#d0612f}
@media(prefers-color-scheme:dark){:root{--paper:#14171d;--card:#1c2129;--ink:#e8eaee;--soft:#98a2b3;--rule:#2c333e;--pass:#4cc38a;--warning:#e0a83f;--failure:#f0695e;--skipped:#6f7a8a;--accent:#7f9cff;--accent2:#f08f5f}}
*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 ui-sans-serif,system-ui,"Segoe UI",Roboto,"Helvetica Neue",sans-serif}
main{max-width:1080px;margin:0 auto;padding:40px 24px 64px}h1{font-size:34px;letter-spacing:-.02em;margin:0 0 2px}h2{font-size:18px;margin:0 0 4px}p{margin:0 0 10px}.soft{color:var(--soft)}
.tally{display:flex;gap:10px;flex-wrap:wrap;margin:20px 0 24px}.tally b{font-size:26px;display:block;line-height:1.1}.tally span{background:var(--card);border:1px solid var(--rule);border-radius:10px;padding:10px 18px;min-width:104px;color:var(--soft)}
.card{background:var(--card);border:1px solid var(--rule);border-radius:12px;padding:20px 22px;margin:0 0 20px}.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(300px,1fr));gap:20px}
table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;padding:9px 10px;border-top:1px solid var(--rule)}td.soft:nth-child(4){max-width:170px;font-size:13px}tr:first-child td,tr:first-child th{border-top:0}th{font-weight:600;white-space:nowrap}
td.num{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}.status{display:inline-block;min-width:68px;text-align:center;border-radius:99px;padding:1px 10px;font-size:12.5px;font-weight:600;color:#fff}
.pass{background:var(--pass)}.warning{background:var(--warning)}.failure{background:var(--failure)}.skipped{background:var(--skipped)}
.c-pass b{color:var(--pass)}.c-warning b{color:var(--warning)}.c-failure b{color:var(--failure)}.c-skipped b{color:var(--skipped)}
ul{margin:6px 0 0;padding-left:18px;color:var(--soft);font-size:13.5px}li{overflow-wrap:anywhere}code{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
svg{width:100%;height:auto;display:block}svg text{fill:var(--soft);font-size:11px}.axis{fill:none;stroke:var(--soft);stroke-width:1}.zero{stroke:var(--rule);stroke-width:1}
.line{fill:none;stroke-width:1.6}.a{stroke:var(--accent)}.b{stroke:var(--accent2)}.key{display:inline-block;width:18px;height:3px;vertical-align:middle;margin:0 6px 0 12px}.key.a{background:var(--accent)}.key.b{background:var(--accent2)}
.far{fill:var(--accent);opacity:.35}.mid{fill:var(--accent);opacity:.5}.near{fill:var(--accent)}.marked rect{fill:var(--failure)}
.field{image-rendering:pixelated;width:100%;aspect-ratio:1;border-radius:8px;display:block}.frame{position:relative}.ring{position:absolute;left:50%;top:50%;border:1.5px dashed #fff;transform:translate(-50%,-50%);border-radius:4px}
.scale{height:10px;border-radius:5px;margin:10px 0 4px;background:linear-gradient(90deg,#040618,#421068,#932667,#dd513a,#fca50a,#fcffbe)}.ends{display:flex;justify-content:space-between;color:var(--soft);font-size:12px}
footer{color:var(--soft);font-size:13px;margin-top:28px}@media print{body{background:#fff}.card{break-inside:avoid}}
</style></head><body><main>
${body}
</main></body></html>
`;
