/** Notices the end of this process's input. `gradus train --ranks` closes it to ask its ranks to end. */
import { exitCodes } from "../errors.ts";
import { isEndedByInput, isSilentRank } from "./environment.ts";

export interface Input {
  /** The exit code after the input has ended; undefined until then. It means success, because the process that closed the input exits with the code of the signal. */
  readonly code: number | undefined;
}

/** Listens to the input, if this rank ends with it. Listening does not keep the process alive. */
export function listenToInput(): Input {
  let code: number | undefined;
  if (isEndedByInput && !isSilentRank) {
    process.stdin.on("end", () => {
      code = exitCodes.done;
    });
    process.stdin.resume().unref();
  }
  return {
    get code() {
      return code;
    },
  };
}
