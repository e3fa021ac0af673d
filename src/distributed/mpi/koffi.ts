/** What is needed of npm's `koffi`, which calls functions of C. Nothing loads it before somebody asks for MPI. */
import { CommunicatorError } from "../errors.ts";

export interface Koffi {
  load(path: string, options: { readonly global: boolean; readonly lazy: boolean }): KoffiLibrary;
  /** Where an array's bytes are. */
  address(array: Uint8Array): bigint;
}

export interface KoffiLibrary {
  func(
    name: string,
    result: string,
    parameters: readonly string[],
  ): (...values: readonly number[]) => number;
  /** Where an exported variable is. @throws where there is none */
  symbol(name: string): bigint;
}

/** In a variable, so that bundlers leave it to those who have it. */
const name: string = "koffi";

/** @throws {CommunicatorError} that says how to install it */
export async function importKoffi(): Promise<Koffi> {
  try {
    const { default: koffi } = await import(name);
    return koffi;
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause);
    throw new CommunicatorError(
      `MPI needs the package koffi, which cannot be loaded (${said}); install it: npm install koffi`,
      { cause },
    );
  }
}
