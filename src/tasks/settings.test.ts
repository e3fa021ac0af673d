import { describe, expect, it } from "vitest";
import { dropoutProbability, layerSizes, readSettings, SettingError } from "./settings.ts";

const defaults = { hidden: [128] as readonly number[], dropout: 0.5 };
const kinds = { hidden: layerSizes, dropout: dropoutProbability };

const read = (given: Record<string, unknown>) => readSettings(given, defaults, kinds);

describe("settings", () => {
  it("are the defaults where nothing is given", () => {
    expect(read({})).toEqual(defaults);
    expect(read({ dropout: 0 })).toEqual({ hidden: [128], dropout: 0 });
    expect(read({ hidden: [] })).toEqual({ hidden: [], dropout: 0.5 });
  });

  it.each([
    [{ hiden: [1] }, "the task has no setting `hiden`; did you mean `hidden`?"],
    [{ momentum: 1 }, "the task has no setting `momentum`; there are hidden, dropout"],
    [{ dropout: 1 }, "dropout is 1; it must be a number from 0 to below 1, at most 1 - 2^-32"],
    [
      { dropout: 1 - 1e-10 },
      "dropout is 0.9999999999; it must be a number from 0 to below 1, at most 1 - 2^-32",
    ],
    [
      { dropout: -0.1 },
      "dropout is -0.1; it must be a number from 0 to below 1, at most 1 - 2^-32",
    ],
    [
      { dropout: "0.5" },
      'dropout is "0.5"; it must be a number from 0 to below 1, at most 1 - 2^-32',
    ],
    [
      { dropout: Number.NaN },
      "dropout is NaN; it must be a number from 0 to below 1, at most 1 - 2^-32",
    ],
    [
      { dropout: undefined },
      "dropout is undefined; it must be a number from 0 to below 1, at most 1 - 2^-32",
    ],
    [
      { hidden: 128 },
      "hidden is 128; it must be a list of positive whole numbers such as [128, 128]",
    ],
    [
      { hidden: [128, 0] },
      "hidden is [128,0]; it must be a list of positive whole numbers such as [128, 128]",
    ],
    [
      { hidden: [1.5] },
      "hidden is [1.5]; it must be a list of positive whole numbers such as [128, 128]",
    ],
  ])("%o is refused", (given, message) => {
    expect(() => read(given)).toThrow(new SettingError(message));
  });

  it("of a task that has none are refused", () => {
    expect(() => readSettings({ dropout: 0 }, {}, {})).toThrow(
      "the task has no setting `dropout`; there are none",
    );
  });
});
