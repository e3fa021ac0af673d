import { expect, test } from "vitest";
import { constant } from "./constant.ts";
import { cosine } from "./cosine.ts";
import { join } from "./join.ts";
import type { Schedule } from "./schedule.ts";

const identity: Schedule = (step) => step;

test("each schedule counts from its own boundary", () => {
  const schedule = join([identity, identity, identity], [3, 5]);
  expect([1, 2, 3, 4, 5, 6, 7, 8].map(schedule)).toEqual([1, 2, 3, 1, 2, 1, 2, 3]);
});

test("one schedule needs no boundary", () => {
  expect(join([identity], [])(7)).toBe(7);
});

test("joins nest", () => {
  const inner = join([constant(1), constant(2)], [2]);
  const schedule = join([inner, inner], [4]);
  expect([1, 2, 3, 4, 5, 6, 7].map(schedule)).toEqual([1, 1, 2, 2, 1, 1, 2]);
});

test("changing the caller's arrays changes nothing", () => {
  const schedules = [constant(1), constant(2)];
  const boundaries = [2];
  const schedule = join(schedules, boundaries);
  schedules[0] = constant(9);
  boundaries[0] = 1;
  expect([1, 2, 3].map(schedule)).toEqual([1, 1, 2]);
});

test("boundaries must be one fewer than the schedules, and in order", () => {
  expect(() => join([identity, identity], [])).toThrow(
    "join: 2 schedules need 1 boundary between them, not 0",
  );
  expect(() => join([identity, identity, identity], [1])).toThrow(
    "join: 3 schedules need 2 boundaries between them, not 1",
  );
  expect(() => join([identity, identity, identity], [5, 3])).toThrow(
    "join: option `boundaries` is [5, 3]; it must be an array of whole numbers",
  );
});

test("what is no schedule is refused", () => {
  expect(() => join([], [])).toThrow("join: option `schedules` is [];");
  expect(() => join([identity, JSON.parse("0.1")], [1])).toThrow(
    "join: option `schedules` is [identity, 0.1]; it must be an array of at least one schedule",
  );
  const factory = cosine as unknown as Schedule;
  expect(() => join([factory], [])).toThrow("join: option `schedules` is [cosine];");
});
