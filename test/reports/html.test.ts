import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clean, data, html, trusted } from "../../src/reports/html.js";

describe("html", () => {
  it("escapes every interpolated text, in content and in attributes", () => {
    const evil = `"><script>alert('x')</script>&`;
    expect(html`<p title="${evil}">${evil}</p>`.markup).toBe(
      `<p title="&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;">&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;</p>`,
    );
  });

  it("keeps markup that it made itself and joins lists", () => {
    const items = ["a", "<b>"].map((item) => html`<li>${item}</li>`);
    expect(html`${items}`.markup).toBe("<li>a</li><li>&lt;b&gt;</li>");
    expect(html`${trusted("<hr>")}${null}${false}${undefined}${0}`.markup).toBe("<hr>0");
  });

  it("isolates the direction of data", () => {
    expect(data("שלום").markup).toBe("<bdi>שלום</bdi>");
  });

  it("lets no markup character of any text through", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(html`${text}`.markup).not.toMatch(/[<>"']|&(?!amp;|lt;|gt;|quot;|#39;)/);
      }),
    );
  });
});

describe("clean", () => {
  it("removes what reorders or hides text", () => {
    expect(clean("a\u202Egnp.exe\u202C b\u200Bc\u2066d\u2069e\uFEFFf\u0000g\u0007h")).toBe(
      "agnp.exe bcdefgh",
    );
    expect(clean("tab\tline\nend")).toBe("tab\tline\nend");
    expect(clean("flag \u{E0067}\u{E007F}.")).toBe("flag .");
  });

  it("makes unpaired surrogates visible and keeps pairs", () => {
    expect(clean("a\ud800b\udc00c 😀")).toBe("a\ufffdb\ufffdc 😀");
  });

  it("changes nothing the second time", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => clean(clean(text)) === clean(text)));
  });
});
