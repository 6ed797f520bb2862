import js from "@eslint/js";
import tseslint from "typescript-eslint";

const layers = ["cli", "pipeline", "stages", "warehouse", "ml", "stats", "text", "reports", "sample"];
const allowed = {
  pipeline: ["stages", "warehouse", "ml", "stats", "text", "reports"],
  stages: ["warehouse", "ml", "stats", "text", "reports"],
  sample: ["warehouse"],
  warehouse: [],
  ml: ["stats"],
  text: ["warehouse"],
  stats: [],
  reports: [],
};

/** Imports run downhill only; see README, "The house". */
const downhill = Object.entries(allowed).map(([layer, below]) => ({
  files: [`src/${layer}/**/*.ts`],
  rules: {
    "no-restricted-imports": [
      "error",
      {
        patterns: layers
          .filter((other) => other !== layer && !below.includes(other))
          .map((other) => ({
            regex: `^(\\.\\./)+${other}/`,
            message: `src/${layer} must not import src/${other}`,
          })),
      },
    ],
  },
}));

export default tseslint.config(
  { ignores: ["dist/", "node_modules/", "reports/out/", "data/", "models/registry/"] },
  js.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true },
      ],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
    },
  },
  {
    files: ["*.js", "bin/*.js"],
    languageOptions: { globals: { console: "readonly", process: "readonly", URL: "readonly" } },
  },
  ...downhill,
);
