/** Every diagnostic. A new one is an entry in the file of its stage; a new stage is a file and a line here. */
import type { Diagnostic } from "../diagnostic.js";
import * as bind from "./bind.js";
import * as evaluate from "./evaluate.js";
import * as lint from "./lint.js";
import * as shape from "./shape.js";
import * as syntax from "./syntax.js";

export const catalogue: readonly Diagnostic[] = [syntax, bind, evaluate, shape, lint].flatMap((stage) => Object.values(stage) as Diagnostic[]);

export const diagnosticNamed: ReadonlyMap<string, Diagnostic> = new Map(catalogue.map((entry) => [entry.code, entry]));
