import a11y from "eslint-plugin-jsx-a11y";
import hooks from "eslint-plugin-react-hooks";
import { defineConfig } from "eslint/config";
import typescript from "typescript-eslint";

export default defineConfig(
  { ignores: ["dist", "src/gql"] },
  {
    files: ["src/**/*.{ts,tsx}"],
    extends: [typescript.configs.strictTypeChecked, a11y.flatConfigs.strict, hooks.configs.flat["recommended-latest"]],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // The virtualizer's functions change with each drawing; nothing here memoizes them.
      "react-hooks/incompatible-library": "off",
      "max-lines": ["error", 200],
    },
  },
);
