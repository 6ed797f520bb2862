import { themeColours, type Theme } from "./theme.js";

/** The page's style sheet. */
export function styleSheet(theme: Theme): string {
  const { fonts } = theme;
  const variables = (paper: "light" | "dark" | "print") =>
    Object.entries(themeColours(theme, paper))
      .map(([name, colour]) => `--${name}:${colour}`)
      .join(";");
  return `:root{--serif:${fonts.serif};--sans:${fonts.sans};--mono:${fonts.mono};color-scheme:light dark;${variables("light")}}
@media (prefers-color-scheme:dark){:root{${variables("dark")}}}
@media print{:root{color-scheme:light;${variables("print")}}}
${rules}`;
}

const rules = `*{box-sizing:border-box}
html{font-size:clamp(100%,.72rem + .42vw,175%);-webkit-text-size-adjust:100%;text-size-adjust:100%;background:var(--paper)}
body{margin:0 auto;max-width:47rem;padding:0 1rem 3rem;background:var(--paper);color:var(--ink);font:1.0625rem/1.55 var(--serif);overflow-wrap:anywhere;text-rendering:optimizeLegibility}
header{border-top:.25rem solid var(--ink);margin-top:1.25rem;padding-top:.5rem;display:flex;flex-wrap:wrap;gap:0 1rem;justify-content:space-between;font-family:var(--sans);font-size:.8125rem}
header p{margin:0}
header h1{flex-basis:100%}
.kicker{font-weight:700;color:var(--accent)}
.dateline,footer,.source,.behind,figcaption p{color:var(--muted)}
h1,h2,h3{font-family:var(--serif);font-weight:700;line-height:1.18;text-wrap:balance;letter-spacing:-.008em;hyphens:manual}
h1{font-size:clamp(1.75rem,1.3rem + 2.2vw,2.5rem);margin:1.1rem 0 .7rem;line-height:1.1;letter-spacing:-.015em}
h2{font-size:1.5rem;margin:2.75rem 0 .6rem;padding-top:.55rem;border-top:1px solid var(--ink)}
h3{font-size:1.1875rem;margin:1.75rem 0 .35rem}
p,ul,ol{margin:0 0 .9rem;max-width:38rem}
main>h1+p{font-size:1.1875rem;line-height:1.45}
ul,ol{padding-left:1.25rem}
li{margin-bottom:.35rem}
li::marker{color:var(--muted);font-family:var(--sans);font-size:.9em}
a{color:var(--accent);text-underline-offset:.15em}
bdi{unicode-bidi:isolate}
main strong{font-weight:700}
blockquote{margin:1rem 0;padding-left:1rem;border-left:3px solid var(--rule);color:var(--muted);font-style:italic}
code{font-family:var(--mono);font-size:.9em}
pre{font-size:.8125rem;background:var(--faint);padding:.75rem;overflow-x:auto;line-height:1.45;white-space:pre-wrap;tab-size:2;margin:.5rem 0}
.note{margin:1.5rem 0;padding:.7rem .9rem;background:var(--faint);border-left:3px solid var(--context);font-family:var(--sans);font-size:.9375rem;line-height:1.5}
.note>:last-child{margin-bottom:0}
figure{margin:1.75rem 0 2rem;padding-top:.65rem;border-top:1px solid var(--rule);font-family:var(--sans)}
figcaption h3{margin:0;font-size:1.1875rem}
figcaption p{margin:.15rem 0 0;font-size:.875rem;line-height:1.4}
figcaption{margin-bottom:.6rem}
figure.metrics{border-top:0;padding-top:0;margin-top:1.25rem}
figure svg{display:block;width:100%;height:auto;overflow:visible;font-family:var(--sans)}
figure svg text:not([fill="var(--paper)"]){paint-order:stroke;stroke:var(--paper);stroke-width:3px;stroke-linejoin:round}
.wide{display:none}
@media (min-width:46rem){.wide{display:block}.narrow{display:none}}
.source{font-size:.8125rem;line-height:1.4;margin:.5rem 0 0}
.empty{font-style:italic;color:var(--muted)}
.behind{display:flex;flex-wrap:wrap;gap:.1rem 1.25rem;margin-top:.35rem;font-size:.8125rem}
.behind details[open]{flex-basis:100%;min-width:0}
.behind p{margin:.25rem 0}
.behind table,pre{color:var(--ink)}
summary{cursor:pointer;padding:.3rem 0;min-height:1.5rem;list-style-position:outside;width:fit-content;color:var(--muted);font-family:var(--sans);font-size:.8125rem;text-decoration:underline;text-decoration-color:var(--rule);text-underline-offset:.2em}
summary:hover{color:var(--ink);text-decoration-color:currentColor}
summary::marker{content:""}
summary::-webkit-details-marker{display:none}
summary::before{content:"+";display:inline-block;width:.9em;font-weight:700;text-decoration:none}
[open]>summary::before{content:"−"}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.scroll{overflow-x:auto}
.behind .scroll{max-height:32rem;overflow-y:auto}
table{border-collapse:collapse;width:100%;font:.875rem/1.35 var(--sans);font-variant-numeric:tabular-nums lining-nums}
th,td{text-align:left;vertical-align:baseline;padding:.42rem .9rem .42rem 0;border-bottom:1px solid var(--rule);font-weight:400;min-width:4.5rem;overflow-wrap:break-word}
tbody th{max-width:22rem}
th:last-child,td:last-child{padding-right:0}
thead th{color:var(--muted);font-size:.8125rem;vertical-align:bottom;border-bottom-color:var(--ink);position:sticky;top:0;background:var(--paper)}
.number{text-align:right}
td.number,td.date{white-space:nowrap}
tbody th{position:sticky;left:0;background:var(--paper)}
.barred{display:flex;justify-content:space-between;align-items:baseline;gap:.6rem}
.barred .bar{flex:none;width:5.5rem;height:.7rem}
.bar rect{fill:var(--accent)}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:0 1.5rem;margin:0}
.tiles>div{border-top:2px solid var(--ink);padding:.4rem 0 1rem;display:grid;grid-template-rows:subgrid;grid-row:span 3;row-gap:0;align-content:start}
.tiles dt{font-size:.8125rem;line-height:1.3;color:var(--muted)}
.tiles dd{margin:0}
.tiles p{margin:0;font-size:.8125rem;line-height:1.4}
.tiles .value{font:700 2.125rem/1.1 var(--serif);font-variant-numeric:lining-nums;letter-spacing:-.02em;margin:.1rem 0 .25rem;white-space:nowrap}
.tiles p.interval{color:var(--muted);font-size:.75rem;margin-bottom:.2rem}
.tiles .range{height:.75rem;margin-bottom:.1rem;max-width:11rem}
.range line{stroke:var(--interval);stroke-width:1.5;vector-effect:non-scaling-stroke}
.range .axis{stroke:var(--rule)}
.range .now{stroke:var(--accent);stroke-width:4}
.range .before{stroke:var(--context);stroke-dasharray:2 2}
.range .target{stroke:var(--ink);stroke-width:2}
.good{color:var(--good);font-weight:700}
.bad{color:var(--bad);font-weight:700}
.tiles small{font-size:1em;font-weight:400}
.tiles .aside,.flat{color:var(--muted)}
.tip{position:fixed;z-index:9;max-width:min(20rem,calc(100vw - 1rem));padding:.4rem .6rem;background:var(--ink);color:var(--paper);font:.8125rem/1.45 var(--sans);border-radius:2px;pointer-events:none;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
.tip span{opacity:.75}
.sources{margin-top:3rem;font-family:var(--sans);font-size:.875rem;color:var(--muted)}
.sources h2{font-size:1.125rem}
footer{margin-top:3rem;border-top:1px solid var(--rule);padding-top:.6rem;font:.8125rem/1.4 var(--sans)}
footer p{max-width:none}
@media (max-width:30rem){body{font-size:1rem}.tiles{grid-template-columns:repeat(auto-fit,minmax(8.5rem,1fr))}.tiles .value{font-size:1.75rem}.barred .bar{width:3.5rem}td.words,tbody th.words,tbody th.sentence{min-width:8rem}td.sentence{min-width:14rem}}
@media print{@page{size:A4;margin:16mm 17mm}html{font-size:9.5pt}body{max-width:none;padding:0}figure,.tiles>div,li,.note{break-inside:avoid}h1,h2,h3{break-after:avoid}.behind,.sources,.tip{display:none}.wide{display:block}.narrow{display:none}.scroll{overflow:visible;max-height:none}th{position:static!important;background:none!important}a{color:inherit}}
`;
