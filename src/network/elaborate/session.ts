/** The state of one elaboration: the network as it grows, the legal sizes so far, and the trace of calls. */
import * as evaluateErrors from "../../diagnostics/catalogue/evaluate.js";
import * as shape from "../../diagnostics/catalogue/shape.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import type { Details, Frame, PlaceLabel, Problems } from "../../diagnostics/problem.js";
import type { Place } from "../../source/source.js";
import type { Told } from "../../operators/operator.js";
import type { Role } from "../../syntax/ast.js";
import { type Dim, type Domain, type TensorType, counterexample, everySize, intersect, restrict, show, showShape, solve } from "../../tensor/index.js";
import { sizeHistory } from "../history.js";
import { type Demand, type NetworkNode, type NetworkValue, type Parameter, type ValueId, elements } from "../network.js";

export interface Limits {
  readonly maxNodes: number;
  /** Expressions and statements worked out. */
  readonly maxSteps: number;
  readonly maxDepth: number;
}

export const defaultLimits: Limits = { maxNodes: 200_000, maxSteps: 2_000_000, maxDepth: 64 };

/** A spec that is wrong in each round of a long loop is stopped before long. */
const stepsOfReport = 100;

/** Thrown to end an elaboration that a limit cuts short; the problem has been reported. */
export class Stopped extends Error {}

export class Session {
  readonly values: NetworkValue[] = [];
  readonly nodes: NetworkNode[] = [];
  readonly demands: Demand[] = [];
  /** Sizes that `where` accepts. */
  claimed: Domain = new Map();
  /** Sizes that are still legal. */
  legal: Domain = new Map();
  /** Lower bounds that the author wrote down: raising them breaks a promise. */
  readonly promised = new Set<string>();
  role: Role | undefined;
  trace: readonly Frame[] = [];
  private steps = 0;
  private weights = 0;
  private readonly parameterNames = new Set<string>();

  constructor(
    readonly problems: Problems,
    readonly limits: Limits,
  ) {}

  report<Message extends string>(
    entry: Diagnostic<Message>,
    place: Place,
    values: Parameters<typeof Problems.prototype.report<Message>>[2],
    details: Details = {},
  ): void {
    this.steps += stepsOfReport;
    this.problems.report(entry, place, values, { ...details, trace: details.trace ?? this.trace });
  }

  /** Counts one step of work, of which a report is many; a spec that goes on and on is stopped. */
  step(place: Place, cost = 1): void {
    this.steps += cost;
    if (this.steps <= this.limits.maxSteps) return;
    this.report(evaluateErrors.tooMuchWork, place, { limit: this.limits.maxSteps });
    throw new Stopped();
  }

  addValue(name: string, type: TensorType): ValueId {
    const id = this.values.length;
    this.values.push({ id, name, type });
    return id;
  }

  addNode(node: NetworkNode): void {
    if (this.nodes.length >= this.limits.maxNodes) {
      this.report(evaluateErrors.tooManyNodes, node.place, { limit: this.limits.maxNodes });
      throw new Stopped();
    }
    for (const parameter of node.parameters) this.weights += elements(parameter.shape);
    if (!Number.isSafeInteger(this.weights)) {
      this.report(shape.tooLarge, node.place, { what: "the number of parameters up to here", limit: "2^53" });
      throw new Stopped();
    }
    this.nodes.push(node);
  }

  /** A name that another parameter has; otherwise the names are noted. */
  nameTaken(parameters: readonly Parameter[]): string | undefined {
    const taken = parameters.find(({ name }) => this.parameterNames.has(name));
    if (taken === undefined) for (const { name } of parameters) this.parameterNames.add(name);
    return taken?.name;
  }

  show = (dim: Dim): string => show(dim, this.legal);
  showShape = (dims: readonly Dim[]): string => showShape(dims, this.legal);

  /** Writes what a message tells as it looks now, whatever is demanded of the sizes before it is asked for. */
  writer(): (told: Told, within?: Domain) => string {
    const { legal } = this;
    return (told, within = legal) => (typeof told !== "object" ? String(told) : "kind" in told ? show(told, within) : showShape(told, within));
  }

  /** Notes the demand and limits the legal sizes by it. False where no size is left; that has been reported, with the advice. */
  demand(demand: Demand, advice: () => Pick<Details, "help" | "fix">): boolean {
    if (demand.strictness !== "runs") {
      this.demands.push(demand);
      // Lost whatever the input size.
      if (solve(demand.condition).kind === "never") this.problems.report({ ...demand.entry, message: "{message}" }, demand.place, { message: demand.message() }, { trace: demand.trace });
      return true;
    }
    const { domain, outcome, reason } = restrict(this.legal, demand.condition);
    if (outcome === "undecided") {
      this.report(shape.undecided, demand.place, { what: `whether this holds, the contrary of "${demand.message()}"` }, {
        notes: reason === undefined ? [] : [reason], trace: demand.trace,
      });
      return false;
    }
    if (outcome === "empty") {
      const { help, fix } = advice();
      this.problems.report({ ...demand.entry, message: "{message}" }, demand.place, { message: demand.message() }, {
        ...this.histories(demand), help: help ?? demand.entry.help, fix, trace: demand.trace,
      });
      return false;
    }
    this.demands.push(demand);
    if (outcome === "restricted" && this.keepsPromise(demand, domain)) this.legal = domain;
    return true;
  }

  /** `where` must not accept what the demand forbids, apart from sizes that are merely too small. */
  private keepsPromise(demand: Demand, allowed: Domain): boolean {
    for (const [symbol, claimed] of this.claimed) {
      const left = allowed.get(symbol) ?? everySize();
      const least = this.promised.has(symbol) ? 1 : Math.max(1, ...left.classes.map((interval) => interval?.low ?? 1));
      const bad = counterexample(intersect(claimed, everySize(least)), left);
      if (bad === undefined) continue;
      this.report(shape.whereTooWide, demand.place, { symbol, size: bad, because: demand.message() }, {
        ...this.histories(demand), trace: demand.trace,
      });
      return false;
    }
    return true;
  }

  /** How both tensors got their size. */
  histories(demand: Pick<Demand, "between">): { notes: readonly string[]; labels: readonly PlaceLabel[] } {
    const told = (demand.between ?? []).map((id) => sizeHistory(this, id));
    return { notes: told.map((one) => one.text), labels: told.flatMap((one) => (one.place ? [{ place: one.place, text: one.label }] : [])) };
  }
}
