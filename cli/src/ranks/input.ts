/** Whether this process's input has ended: so `gradus train --ranks` asks its ranks to end. */
import { exitCodes } from "../errors.ts";
import { isEndedByInput, isSpokenFor } from "./environment.ts";

export interface Input {
  /** The exit code that its end asks for; nothing as long as it goes on. All is well then: the process that has closed it has the code of the signal. */
  readonly code: number | undefined;
}

/** Listens to it, where it is there for that; it keeps no process alive. */
export function listenToInput(): Input {
  let code: number | undefined;
  if (isEndedByInput && !isSpokenFor) {
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
