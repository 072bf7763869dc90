/**
 * segc as a library: pure functions from text to values, for Node, workers and browsers.
 *
 * ```ts
 * import { check, compile } from "segc";
 * const { problems } = check({ path: "net.seg", text });
 * ```
 */
export { Checker } from "./checker.js";
export { check, compile, type Checked, type CheckedModel, type Compiled, type CompiledModel, type CompileOptions } from "./compile.js";
export type { Analysis } from "./analyses/analyse.js";
export { inspect, type Inspection } from "./analyses/inspect.js";
export type { LevelReport, LimitReport } from "./analyses/inspect-sizes.js";
export type { JoinReport, TensorReport } from "./analyses/inspect-tensors.js";
export type { AlignmentReport } from "./analyses/outline.js";
export type { RequestedSize } from "./analyses/sizes.js";
export { ModuleCache } from "./bind/module-cache.js";
export type { Host } from "./bind/modules.js";
export { diagramOf, type DiagramOptions } from "./diagram/build.js";
export type { Box, Diagram, Link, LinkKind } from "./diagram/diagram.js";
export { svg, type SvgOptions } from "./diagram/svg.js";
export { dot, mermaid } from "./diagram/text-formats.js";
export { catalogue } from "./diagnostics/catalogue/index.js";
export type { Diagnostic, Severity } from "./diagnostics/diagnostic.js";
export type { Edit, Fix, Frame, PlaceLabel, Problem } from "./diagnostics/problem.js";
export { renderProblem, renderProblems } from "./diagnostics/render.js";
export { format } from "./format/format.js";
export type { AskedUse } from "./lint/use.js";
export type { Network, NetworkInput, NetworkNode, NetworkOutput, NetworkValue, Parameter } from "./network/network.js";
export { printNetwork } from "./network/print.js";
export { layOut, ModelTooLarge, type OnnxLayout, type Segment } from "./onnx/encode.js";
export type { OnnxModel } from "./onnx/model.js";
export { printOnnx } from "./onnx/text.js";
export { operators } from "./operators/index.js";
export { type Place, type Position, type SourceFile, type Span, positionOf } from "./source/source.js";
export { type Dim, type SizeSet, show as showSize } from "./tensor/index.js";
export { version } from "./version.js";
