/** Hears the signals that ask the process to end, so that it saves before it does. */
import { constants } from "node:os";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Milliseconds in which several signals are one wish: npm passes on the Ctrl-C that its children get as well, and a
 * terminal that is closed says so more than once.
 */
const oneWish = 500;

/** The exit code of a process that a signal ended, as shells count it. */
export const exitCodeOfSignal = (signal: NodeJS.Signals): number => 128 + constants.signals[signal];

/** The signal that such a code speaks of; nothing where it is another code. */
export const signalOfExitCode = (code: number): NodeJS.Signals | undefined =>
  signals.find((signal) => exitCodeOfSignal(signal) === code);

/** A wish that the process ends. */
export interface Stop {
  /** Aborted by the first signal that is heard. */
  readonly signal: AbortSignal;
  /** The exit code that the signal asks for, or nothing as long as there was none. */
  readonly code: number | undefined;
  /** Leaves further signals to the system. */
  dispose(): void;
}

/** Hears the first signal; another one after it ends the process at once. */
export function listenForStop(): Stop {
  const controller = new AbortController();
  let code: number | undefined;
  let since = 0;
  const hear = (signal: NodeJS.Signals) => {
    if (code === undefined) {
      code = exitCodeOfSignal(signal);
      since = performance.now();
      controller.abort();
    } else if (performance.now() - since > oneWish) {
      process.exit(exitCodeOfSignal(signal));
    }
  };
  for (const signal of signals) process.on(signal, hear);
  return {
    signal: controller.signal,
    get code() {
      return code;
    },
    dispose: () => {
      for (const signal of signals) process.off(signal, hear);
    },
  };
}
