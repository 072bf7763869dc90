/** What nearly every command needs, loaded together when a command runs: few files load faster than many. */
export { check, compile } from "../compile.js";
export { inspect } from "../analyses/inspect.js";
export { outline } from "../analyses/outline.js";
export { renderProblems } from "../diagnostics/render.js";
export { format } from "../format/format.js";
export { sizeRules, showRule } from "./describe-sizes.js";
export { findSpec, findSpecs } from "./find-spec.js";
export { compileOptions } from "./model-request.js";
export { complainOf, concise, countProblems, problemJson, problemsJson, sayRefused, showCounts, shownFile, shownProblems } from "./problems.js";
export { shownPath } from "./project.js";
