/** What the user can put right: a file that is not there, a disk that is full, a wrong option. Ends the command with status 2, without a stack. */
export class Failure extends Error {
  override readonly name = "Failure";
  constructor(
    message: string,
    /** What to do next. */
    readonly help?: string,
    /** The whole of what some other program said; shown under --verbose. */
    readonly raw?: string,
  ) {
    super(message);
  }
}

/** ONNX Runtime is not there; `error` says why. */
export const withoutRuntime = (error: Error & { readonly raw?: string }): Failure => new Failure(error.message, "compile, check and inspect work without it", error.raw);

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or folder",
  EACCES: "permission denied",
  EPERM: "the system does not permit it",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of the path is not a folder",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EROFS: "the file system is read-only",
  EMFILE: "too many files are open",
  ENAMETOOLONG: "the name is too long",
  ELOOP: "its symbolic links go in a circle",
  EBUSY: "it is in use",
  EFBIG: "it is too large for the file system",
  EIO: "the disk reports an error",
};

export const isSystemError = (error: unknown): error is NodeJS.ErrnoException & { code: string } =>
  error instanceof Error && typeof (error as NodeJS.ErrnoException).code === "string" && typeof (error as NodeJS.ErrnoException).syscall === "string";

/** `cannot write x.onnx: the disk is full`. What is no error of the system is passed on as it is. */
export function systemFailure(doing: string, error: unknown): unknown {
  return isSystemError(error) ? new Failure(`${doing}: ${reasons[error.code] ?? `the system says ${error.code}`}`) : error;
}
