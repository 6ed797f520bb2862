type Gender = "m" | "f";

interface Product {
  italian: string;
  gender: Gender;
  english: string;
  category: string;
  /** List price in euros. */
  price: number;
}

function product(italian: string, gender: Gender, english: string, category: string, price: number): Product {
  return { italian, gender, english, category, price };
}

/** What the shop sells, cheapest first: people who spend more pick further down the list. */
export const products: readonly Product[] = [
  product("strofinaccio", "m", "tea towel", "textiles", 6.9),
  product("lampadina", "f", "light bulb", "lighting", 7.5),
  product("tagliere", "m", "chopping board", "kitchen", 12.9),
  product("federa", "f", "pillowcase", "textiles", 13.5),
  product("annaffiatoio", "m", "watering can", "garden", 14.9),
  product("padella", "f", "frying pan", "kitchen", 19.9),
  product("cuscino", "m", "cushion", "textiles", 21.5),
  product("lampada da tavolo", "f", "desk lamp", "lighting", 24.9),
  product("asciugamano", "m", "bath towel", "textiles", 26.9),
  product("caffettiera", "f", "coffee pot", "kitchen", 27.5),
  product("tenda", "f", "curtain", "textiles", 29.9),
  product("mensola", "f", "shelf", "furniture", 31.0),
  product("auricolare", "m", "headset", "electronics", 34.9),
  product("bollitore", "m", "kettle", "kitchen", 36.9),
  product("plaid", "m", "throw", "textiles", 38.0),
  product("lanterna", "f", "lantern", "lighting", 39.9),
  product("frullatore", "m", "blender", "kitchen", 42.9),
  product("tostapane", "m", "toaster", "kitchen", 44.0),
  product("sedia pieghevole", "f", "folding chair", "garden", 45.9),
  product("tappeto", "m", "rug", "textiles", 49.9),
  product("bilancia", "f", "kitchen scale", "kitchen", 52.0),
  product("copripiumino", "m", "duvet cover", "textiles", 54.9),
  product("piantana", "f", "floor lamp", "lighting", 59.0),
  product("altoparlante", "m", "speaker", "electronics", 64.9),
  product("sgabello", "m", "stool", "furniture", 67.0),
  product("stufetta", "f", "heater", "electronics", 72.9),
  product("scarpiera", "f", "shoe cabinet", "furniture", 79.0),
  product("plafoniera", "f", "ceiling light", "lighting", 84.9),
  product("trapunta", "f", "quilt", "textiles", 89.0),
  product("specchio", "m", "mirror", "furniture", 95.0),
  product("ventilatore", "m", "fan", "electronics", 99.0),
  product("aspirapolvere", "m", "vacuum cleaner", "electronics", 119.0),
  product("comodino", "m", "bedside table", "furniture", 125.0),
  product("ombrellone", "m", "parasol", "garden", 139.0),
  product("scrivania", "f", "desk", "furniture", 159.0),
  product("macchina del caffè", "f", "coffee machine", "kitchen", 179.0),
  product("poltrona", "f", "armchair", "furniture", 229.0),
  product("libreria", "f", "bookcase", "furniture", 249.0),
  product("materasso", "m", "mattress", "furniture", 329.0),
  product("divano letto", "m", "sofa bed", "furniture", 549.0),
];

/** The product whose first batch breaks. */
export const brokenProduct = products.findIndex(({ italian }) => italian === "frullatore") + 1;

interface Province {
  code: string;
  city: string;
  area: "north" | "centre" | "south";
}

function provinces(area: Province["area"], list: string): Province[] {
  return list.split(", ").map((entry) => {
    const [code = "", city = ""] = entry.split(" ");
    return { code, city, area };
  });
}

export const allProvinces: readonly Province[] = [
  ...provinces(
    "north",
    "MI Milano, TO Torino, BG Bergamo, BS Brescia, VR Verona, PD Padova, GE Genova, TS Trieste",
  ),
  ...provinces("centre", "BO Bologna, FI Firenze, PG Perugia, AN Ancona, RM Roma, PI Pisa"),
  ...provinces("south", "NA Napoli, BA Bari, LE Lecce, CT Catania, PA Palermo, CA Cagliari"),
];

/** Stores S01 to S24, three to four for every three provinces; S07 is the one where people queue. */
export const storeCount = 24;
export const queueStore = 7;

/** Carriers V1 to V4; V3 is the one that comes late, V2 the one that was mended. */
export const carrierCount = 4;
export const lateCarrier = 3;
export const mendedCarrier = 2;

/** Names of competitors as they stand in `feedback.brand`. */
export const competitors = ["Rivale A", "Rivale B", "Rivale C"] as const;

function literal(value: string | number): string {
  return typeof value === "number" ? String(value) : `'${value.replaceAll("'", "''")}'`;
}

/** `(1, 'a'), (2, 'b')` for a VALUES clause. */
export function rowsOf(rows: readonly (readonly (string | number)[])[]): string {
  return rows.map((row) => `(${row.map(literal).join(", ")})`).join(",\n  ");
}

/** The definite article, with its apostrophe or blank. */
function article(noun: string, gender: Gender): string {
  if (/^[aeiou]/.test(noun)) return "l'";
  if (gender === "f") return "la ";
  return /^(s[^aeiou]|z|gn|ps|x|y)/.test(noun) ? "lo " : "il ";
}

/** The article joined with *di*. */
function articleOf(noun: string, gender: Gender): string {
  return { "l'": "dell'", "la ": "della ", "lo ": "dello ", "il ": "del " }[article(noun, gender)] ?? "";
}

/** Stages, channels, kinds and outcomes in the files of transactions and touchpoints. */
const terms = [
  ...["need", "research", "purchase", "use", "support"],
  ...["web", "app", "store", "phone", "email"],
  ...[
    "return",
    "search",
    "product_page",
    "queue",
    "session",
    "checkout",
    "delivery",
    "invoice",
    "refund",
    "cart",
  ],
  ...["survey", "call", "message", "desk", "chat"],
  ...["ok", "problem", "abandoned"],
];

/**
 * `product`, `province`, `store` and `carrier`: what people buy and where, with the grammar that text about them needs.
 * What large files repeat in every row is of enumerated types, which sort and are written faster than text.
 */
export function catalogueTables(): string {
  const productRows = products.map(({ italian, gender, english, category, price }, index) => [
    index + 1,
    `P${String(index + 1).padStart(2, "0")}`,
    category,
    price,
    italian,
    article(italian, gender) + italian,
    articleOf(italian, gender) + italian,
    gender === "f" ? "a" : "o",
    english,
  ]);
  const provinceRows = allProvinces.map(({ code, city, area }, index) => [index, code, city, area]);
  const storeRows = Array.from({ length: storeCount }, (_, index) => {
    const province = allProvinces[(index * 7) % allProvinces.length];
    return [index + 1, `S${String(index + 1).padStart(2, "0")}`, province?.city ?? "", province?.area ?? ""];
  });
  return `
create table product as
select product_no, product_id, category, price::decimal(12,2) as price, italian, the_italian, of_italian, ending, english
from (values ${rowsOf(productRows)})
  as t(product_no, product_id, category, price, italian, the_italian, of_italian, ending, english);
create type product_id as enum (select product_id from product);
create type category as enum (select distinct category from product order by category);
alter table product alter product_id type product_id;
alter table product alter category type category;
create table province as from (values ${rowsOf(provinceRows)}) as t(province_no, province, city, area);
create table carrier as select range::integer as carrier_no, 'V' || range as carrier from range(1, ${carrierCount + 1});
create table store as from (values ${rowsOf(storeRows)}) as t(store_no, store_id, city, area);
create type store_id as enum (select store_id from store);
create type carrier as enum (select carrier from carrier);
alter table store alter store_id type store_id;
alter table carrier alter carrier type carrier;
create macro product_id_of(product_no) as (enum_range(null::product_id)::product_id[])[product_no];
create macro category_of(product_no) as ([${products.map(({ category }) => `'${category}'`).join(", ")}]::category[])[product_no];
create macro store_id_of(store_no) as (enum_range(null::store_id)::store_id[])[store_no];
create macro carrier_of(carrier_no) as (enum_range(null::carrier)::carrier[])[carrier_no];
create type term as enum (${terms.map((term) => `'${term}'`).join(", ")});
create type segment as enum ('consumer', 'family', 'business');
create type area as enum ('north', 'centre', 'south');
`;
}
