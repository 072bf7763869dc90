export { DimLimit, gcd, lcm, maxPeriod } from "./arithmetic.js";
export {
  add, ceilDiv, constant, constantValue, divideExact, evaluate, floorDiv, maximum, minimum, modulo, negate, rate,
  sameFunction, sub, substitute, symbol, symbolsOf, times, type Dim,
} from "./dim.js";
export {
  above, below, contains, counterexample, countOf, difference, everySize, intersect, isEmpty, isSubset, largest, members, residues,
  sameSet, sizeSet, smallest, unbounded, type Interval, type SizeSet,
} from "./sizes.js";
export { formula, formulaParts, progressions, type FormulaParts } from "./formula.js";
export { affineOn, equalOn, sizesOf, type Domain } from "./domain.js";
export { solve, type Condition, type Solution } from "./conditions.js";
export { holds, holdsAt, restrict, type Restriction } from "./restrict.js";
export { show } from "./show.js";
export { evaluateShape, showShape, type ElementType, type TensorType } from "./shape.js";
export type { Initial } from "./initial.js";
