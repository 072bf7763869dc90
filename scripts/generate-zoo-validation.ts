/** The page of the zoo's validation. */
import { readFileSync } from "node:fs";
import { checks } from "../src/validation/checks/index.js";
import { type ZooResults, resultsPath, zooValidationPage } from "./zoo-validation.js";

export const validationFiles = (): Record<string, string> => ({
  "docs/validation-zoo.md": zooValidationPage(JSON.parse(readFileSync(resultsPath, "utf8")) as ZooResults, checks.map(({ name }) => name)),
});
