import { html, trusted, type Html } from "./html.js";

const elements = new Set(
  "svg g path text tspan line rect circle defs clipPath linearGradient radialGradient stop".split(" "),
);
const attributes = new Set(
  (
    "id d x y x1 x2 y1 y2 dx dy cx cy r fx fy width height transform fill stroke opacity fill-opacity stroke-opacity " +
    "stroke-width stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit clip-path " +
    "text-anchor font-size font-weight font-style offset stop-color stop-opacity gradientUnits viewBox"
  ).split(" "),
);

const tag = /<(\/?)([\w:]+)((?:\s+[\w:-]+="[^"]*")*)\s*(\/?)>/g;
const attribute = /\s+([\w:-]+)="([^"]*)"/g;

/**
 * What Vega drew, ready to stand in a page: known elements and attributes only, no links, no styles, no foreign
 * `url(...)`, ids that begin with `prefix`, one decimal.
 *
 * Returns undefined when the drawing has no size. The root is an image described by `alternative`.
 */
export function pageSvg(source: string, prefix: string, alternative: string): Html | undefined {
  const size = /<svg[^>]*\sviewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(source);
  if (
    !size ||
    Number(size[1]) < 10 ||
    Number(size[2]) < 10 ||
    /NaN|Infinity/.test(source.replace(/>[^<]*</g, "><"))
  ) {
    return undefined;
  }
  const ids = new Map<string, string>();
  const rename = (id: string) => {
    const renamed = ids.get(id) ?? `${prefix}-${ids.size}`;
    ids.set(id, renamed);
    return renamed;
  };
  const keep = (name: string, value: string): string => {
    if (!attributes.has(name)) return "";
    if (name === "id") return ` id="${rename(value)}"`;
    if (!/url\s*\(/i.test(value)) return ` ${name}="${shorten(name, value)}"`;
    const local = /^url\(#([\w-]+)\)$/.exec(value)?.[1];
    return local === undefined ? "" : ` ${name}="url(#${rename(local)})"`;
  };
  let markup = source.replace(tag, (_match, slash: string, name: string, list: string, self: string) => {
    const element = elements.has(name) ? name : "g";
    if (slash !== "") return `</${element}>`;
    const kept = [...list.matchAll(attribute)].map(([, key = "", value = ""]) =>
      name === "svg" && (key === "width" || key === "height") ? "" : keep(key, value),
    );
    const role = name === "svg" ? html` role="img" aria-label="${alternative}" focusable="false"`.markup : "";
    return `<${element}${role}${kept.join("")}${self}>`;
  });
  markup = markup.replace(
    /<path(?:(?![^>]*\s(?:fill|stroke)=)|(?=[^>]*\sopacity="0"))[^>]*?(?:\/>|><\/path>)/g,
    "",
  );
  for (let before = ""; before !== markup;) {
    before = markup;
    markup = markup
      .replace(/<g(?:\s[^>]*)?(?<!\/)><\/g>/g, "")
      .replace(/<g>((?:<(?!\/?g\b)[^>]*>|[^<])*)<\/g>/g, "$1");
  }
  return trusted(markup);
}

function shorten(name: string, value: string): string {
  if (name !== "d" && name !== "transform" && !/^(x|y)[12]?$/.test(name)) return value;
  return value.replace(/-?\d+\.\d+(e-?\d+)?/g, (number) => String(Number(Number(number).toFixed(1))));
}
