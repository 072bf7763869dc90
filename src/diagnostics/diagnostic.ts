/** What the catalogue holds about one kind of problem. */
export type Severity = "error" | "warning" | "info";

/** The names between braces in a message: `"cannot join {left} with {right}"` has `left` and `right`. */
export type Placeholders<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholders<Rest>
  : never;

export interface Diagnostic<Message extends string = string> {
  /** `stage/what-is-wrong`: it names the fault, not the cure. */
  readonly code: string;
  readonly severity: Severity;
  readonly message: Message;
  /** One or two sentences: why this is a problem at all. */
  readonly why: string;
  /** What to do next, in general; a problem may carry a more exact `help`. */
  readonly help: string;
  /** Whole files: `bad` reports this code, `good` reports nothing. They are the test and the `explain` page. */
  readonly bad: string;
  readonly good: string;
  /** Options under which `bad` shows it (a size, a limit), where the text alone does not. `compile`: only compiling reports it. */
  readonly options?: {
    readonly size?: string;
    readonly set?: readonly string[];
    readonly model?: string;
    readonly maxNodes?: number;
    readonly compile?: boolean;
    /** Other files of the project. */
    readonly files?: Readonly<Record<string, string>>;
  };
}

export const defineDiagnostic = <const Message extends string>(entry: Diagnostic<Message>): Diagnostic<Message> => entry;
