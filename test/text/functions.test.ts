import { eld } from "eld/extrasmall";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { textFunctions } from "../../src/text/functions.js";
import { openDuckDb } from "../../src/warehouse/duckdb.js";
import type { Engine, Session } from "../../src/warehouse/engine.js";

let engine: Engine;
let session: Session;

beforeAll(async () => {
  engine = await openDuckDb();
  session = await engine.connect();
  session.define(textFunctions);
});

afterAll(() => {
  session.close();
  engine.close();
});

const answer = async (expression: string) =>
  (await session.query(`select ${expression} as answer`)).rows[0]?.[0];

/** One sentence in each of many languages and scripts. */
const sentences = [
  "Доставка опоздала на три дня, и никто не отвечает",
  "Das Paket kam drei Tage zu spät, und niemand antwortet",
  "El paquete llegó con tres días de retraso y nadie responde",
  "Het pakket kwam drie dagen te laat en niemand antwoordt",
  "Paczka przyszła trzy dni za późno i nikt nie odpowiada",
  "Paketet kom tre dagar för sent och ingen svarar",
  "Coletul a ajuns cu trei zile întârziere și nimeni nu răspunde",
  "Το δέμα έφτασε με τρεις μέρες καθυστέρηση και κανείς δεν απαντά",
  "وصل الطرد متأخرا ثلاثة أيام ولا أحد يجيب",
  "החבילה הגיעה באיחור של שלושה ימים ואף אחד לא עונה",
  "Paket üç gün geç geldi ve kimse cevap vermiyor",
  "荷物が三日遅れて届き、誰も返事をしません",
  "包裹晚了三天才到，没有人回答",
  "택배가 사흘 늦게 왔고 아무도 대답하지 않습니다",
  "पार्सल तीन दिन देर से आया और कोई जवाब नहीं देता",
  "Un po' d'attesa all'arrivo, ma l'albergo è dell'altro mondo",
];

describe("the text functions of SQL", () => {
  it("tell the language that the detector tells of the whole text", async () => {
    for (const text of sentences) {
      const { language } = eld.detect(text);
      expect(await answer(`language_of('${text.replaceAll("'", "''")}')`), text).toBe(language);
    }
  });

  it.each([
    ["it", "Il pacco è arrivato con tre giorni di ritardo e nessuno risponde"],
    ["en", "The parcel came three days late and nobody answers"],
    ["pt", "O produto chegou antes do prazo, muito bom"],
    ["fr", "Le colis est arrivé avec trois jours de retard"],
  ])("tell %s", async (language, text) => {
    expect(await answer(`language_of('${text}')`)).toBe(language);
  });

  it.each(["", "👍", "12 34", "..."])("tell no language of %j", async (text) => {
    expect(await answer(`language_of('${text}')`)).toBeNull();
  });

  it("find inflected forms by their stems", async () => {
    expect(await answer("stems_of('Le CONSEGNE', 'it')")).toBe(await answer("stems_of('le consegna', 'it')"));
    expect(await answer("stems_of('refunds refunded', 'en')")).toBe("refund refund");
  });

  it("read accents, compatible forms and zero-width characters alike", async () => {
    const plain = await answer("stems_of('qualita', 'it')");
    for (const text of ["qualità", "QUALITÀ", "quali\u200btà", "ｑｕａｌｉｔà"])
      expect(await answer(`stems_of('${text}', 'it')`)).toBe(plain);
  });

  it("write the English n't as a word of its own", async () => {
    expect(await answer("stems_of('It isn''t late', 'en')")).toBe("it is not late");
    expect(await answer("stems_of('can’t wait', 'en')")).toBe("ca not wait");
  });

  it("leave the words of other languages as they are", async () => {
    expect(await answer("stems_of('Доставка опоздала', 'ru')")).toBe("доставка опоздала");
  });

  it("tell words of grammar", async () => {
    expect(await answer("is_stop_word('della', 'it')")).toBe(true);
    expect(await answer("is_stop_word('perché', 'it')")).toBe(true);
    expect(await answer("is_stop_word('consegna', 'it')")).toBe(false);
    expect(await answer("is_stop_word('della', 'xx')")).toBe(false);
  });

  it("are null where an argument is", async () => {
    expect(await answer("language_of(null)")).toBeNull();
    expect(await answer("stems_of('x', null)")).toBeNull();
  });

  it("serve all sessions of the engine, and may be defined again", async () => {
    const other = await engine.connect();
    other.define(textFunctions);
    expect((await other.query("select stems_of('x', 'it')")).rows).toEqual([["x"]]);
    other.close();
  });

  it("survive text without end", async () => {
    const huge = "a".repeat(100_000);
    expect(await answer(`length(stems_of('${huge}', 'en'))`)).toBe(40);
    expect(await answer(`language_of('${huge}') is not null`)).toBeTypeOf("boolean");
  });

  it("give the same for each of many rows on several threads", async () => {
    const { rows } = await session.query(
      "select count(distinct stems_of('consegne', 'it')), count(*) from range(100000) where stems_of(range::varchar, 'it') = range::varchar",
    );
    expect(rows).toEqual([[1, 100000]]);
  });
});
