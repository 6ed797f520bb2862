import type { TextFunction } from "../warehouse/engine.js";
import { languageOf } from "./language.js";
import type { TextFunctionName } from "./names.js";
import { isStopWord, stemsOf } from "./stems.js";

/** What SQL files can ask about text, beside the engine's own functions; see docs/text.md. */
export const textFunctions: readonly (TextFunction & { name: TextFunctionName })[] = [
  { name: "language_of", arguments: 1, returns: "text", compute: languageOf },
  { name: "stems_of", arguments: 2, returns: "text", compute: stemsOf },
  { name: "is_stop_word", arguments: 2, returns: "boolean", compute: isStopWord },
];
