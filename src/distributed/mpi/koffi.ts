/** Loads the npm package `koffi`, which calls functions of C. It is loaded only when a program uses MPI. */
import { CommunicatorError } from "../errors.ts";

/** What Gradus uses of koffi. */
export interface Koffi {
  load(path: string, options: { readonly global: boolean; readonly lazy: boolean }): KoffiLibrary;
  /** The address of an array's bytes. */
  address(array: Uint8Array): bigint;
}

export interface KoffiLibrary {
  func(
    name: string,
    result: string,
    parameters: readonly string[],
  ): (...values: readonly number[]) => number;
  /** The address of an exported variable. @throws if there is none */
  symbol(name: string): bigint;
}

/** The name is in a variable, so that bundlers do not look for the package. */
const name: string = "koffi";

/** @throws {CommunicatorError} if it cannot be loaded. The message says how to install it */
export async function importKoffi(): Promise<Koffi> {
  try {
    const { default: koffi } = await import(name);
    return koffi;
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : String(cause);
    throw new CommunicatorError(
      `MPI needs the package koffi, which cannot be loaded (${text}); install it: npm install koffi`,
      { cause },
    );
  }
}
