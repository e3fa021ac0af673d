/** Whatever is wrong with a buffer or a device: an error by name, or right numbers, and never silence. */
import { describe, expect, it } from "vitest";
import { requestDevice } from "../../src/webgpu/index.ts";
import { sample } from "../support/properties.ts";
import { openGpu } from "./adapter.ts";
import {
  type Devices,
  numbersOf,
  operations,
  type Role,
  roles,
  type World,
  ways,
  worldOf,
} from "./wrongBuffers.ts";

/** Those that docs/errors.md has for what may be wrong here. */
const named = /^(Binding|Gradient|Device|Disposed)Error$/;

const gpu = await openGpu();

/** Devices of which nobody hears what is not told by an error. */
async function quietDevice(): Promise<GPUDevice> {
  const device = await requestDevice({ gpu });
  device.onuncapturederror = (event) => event.preventDefault();
  return device;
}

const devices: Devices = { device: await quietDevice(), other: await quietDevice() };

/** What an operation gives, and all numbers behind it. */
async function outcome(world: World, operation: string): Promise<unknown> {
  const given = await operations[operation]!(world);
  return { given, ...(operation !== "dispose" && { numbers: await numbersOf(world) }) };
}

const known = new Map<string, unknown>();

/** What it gives where nothing is wrong. */
async function rightOutcome(role: Role, operation: string): Promise<unknown> {
  const key = `${role} ${operation}`;
  if (!known.has(key)) {
    const world = await worldOf(devices, role, ways["right"]!);
    known.set(key, await outcome(world, operation));
    world.gpu.dispose();
  }
  return known.get(key);
}

/** @returns the error that some promise is rejected with, if it is one that names what is wrong */
async function errorOf(promise: Promise<unknown>): Promise<Error | undefined> {
  const error: unknown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (error === undefined) {
    return undefined;
  }
  expect(error).toBeInstanceOf(Error);
  const { name, message } = error as Error;
  expect(name, message).toMatch(named);
  expect(message).toMatch(/`a`|`b`|the device is lost/);
  return error as Error;
}

describe.each(roles)("a %s", (role: Role) => {
  const wrong = sample(Object.keys(ways).slice(1), 2);

  it.each(wrong)("that is %s", async (way) => {
    for (const operation of Object.keys(operations)) {
      let found: unknown;
      const error = await errorOf(
        worldOf(devices, role, ways[way]!).then(async (world) => {
          found = await outcome(world, operation);
        }),
      );
      if (error === undefined) {
        expect(found, operation).toEqual(await rightOutcome(role, operation));
      }
    }
  });

  it("that is destroyed once it was used", async () => {
    for (const operation of Object.keys(operations)) {
      const world = await worldOf(devices, role, ways["right"]!);
      world.gpu.step(...world.given);
      world.place.buffer.destroy();
      // The step before it was made, so that there are no numbers to compare with: an error, or nothing was to be done.
      const error = await errorOf(outcome(world, operation));
      expect(error === undefined, operation).toBe(operation === "dispose");
    }
  });
});

describe("a device that is lost", () => {
  it("before it is bound", async () => {
    const lost = await quietDevice();
    const right = await worldOf({ device: lost, other: lost }, "given", ways["right"]!);
    lost.destroy();
    await expect(right.gpu.report()).rejects.toThrow(/^the device is lost \(destroyed/);
    const bound = worldOf({ device: lost, other: lost }, "gradient", ways["destroyed"]!);
    expect(await errorOf(bound)).toBeInstanceOf(Error);
  });

  it.each(Object.keys(operations))("before and while it is asked to %s", async (operation) => {
    for (const wait of [false, true]) {
      const device = await quietDevice();
      const world = await worldOf({ device, other: device }, "parameter", ways["right"]!);
      if (wait) {
        device.destroy();
      }
      const asked = outcome(world, operation);
      device.destroy();
      const error = await errorOf(asked);
      expect(error?.name).toBe(operation === "dispose" ? undefined : "DeviceError");
    }
  });
});
