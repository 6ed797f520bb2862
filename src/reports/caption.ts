import type { Yaml } from "../yaml.js";
import type { Caption } from "./blocks.js";
import type { Localized } from "./locale.js";
import { localizedText, optionalTemplate } from "./localized.js";

/** What every figure's YAML may say around it. */
export const captionShape = {
  title: localizedText.optional(),
  subtitle: localizedText.optional(),
  note: localizedText.optional(),
};

/** Throws `UserError` with the place of a text whose values cannot be read. */
export function parseCaption(
  {
    title,
    subtitle,
    note,
  }: { title?: Localized | undefined; subtitle?: Localized | undefined; note?: Localized | undefined },
  yaml: Yaml<unknown>,
): Caption {
  return {
    title: optionalTemplate(title, yaml, ["title"]),
    subtitle: optionalTemplate(subtitle, yaml, ["subtitle"]),
    note: optionalTemplate(note, yaml, ["note"]),
  };
}
