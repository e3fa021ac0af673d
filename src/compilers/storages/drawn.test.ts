/** Stochastic rounding in code that computes two vectors side by side. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { sideBySide } from "../../../tests/support/backends.ts";
import { drawn, drawnArrays } from "../../../tests/support/drawn.ts";
import { runs } from "../../../tests/support/properties.ts";
import { storages } from "../../../tests/support/storages.ts";
import { javascript } from "../js/interpreter.ts";

it.each(storages.map((storage) => [storage.name, storage] as const))(
  "%s has the same bits as the reference",
  (_, storage) => {
    fc.assert(
      fc.property(drawnArrays, fc.nat(), (numbers, seed) => {
        const found = drawn(storage, numbers, sideBySide, seed);
        expect(found).toEqual(drawn(storage, numbers, javascript, seed));
      }),
      runs(40),
    );
  },
);
