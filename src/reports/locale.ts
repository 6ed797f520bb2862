/** The languages that every report is written in. */
export const locales = ["en", "it"] as const;

export type Locale = (typeof locales)[number];

export type Localized = Record<Locale, string>;

export const isLocale = (name: string): name is Locale => locales.some((locale) => locale === name);
