/** Rows that move where several ranks step together: refused, with what to do. */
import { expect, it } from "vitest";
import "../../src/distributed/index.ts";
import { outer } from "../../src/distributed/outer.ts";
import { adam, BindingError, nesterov, optimize, parameters, remap } from "../../src/index.ts";
import { alone } from "../support/ranksInTurn.ts";

const refusal =
  /remap: several ranks step these parameters together.*save a checkpoint, and bind again/;

it.each([false, true])("of one optimizer, its state sharded: %s", (shardState) => {
  const net = parameters({ w: [2, 2] });
  using optimizer = optimize(net, adam(), { communicator: alone(), shardState });
  const before = optimizer.state();
  expect(() => remap(optimizer, [1, 0])).toThrow(refusal);
  expect(() => remap(optimizer, [1], { parameters: parameters({ w: [1, 2] }) })).toThrow(
    BindingError,
  );
  expect(optimizer.state()).toEqual(before);
});

it("of outer steps", () => {
  const net = parameters({ w: [2, 2] });
  const communicator = alone();
  using optimizer = outer(optimize(net, adam()), { every: 2, rule: nesterov(), communicator });
  expect(() => remap(optimizer as never, [1, 0])).toThrow(refusal);
});
