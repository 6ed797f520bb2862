/** The functions of `functions.ts`, told apart without loading what they need. */
export const textFunctionNames = ["language_of", "stems_of", "is_stop_word"] as const;

export type TextFunctionName = (typeof textFunctionNames)[number];
