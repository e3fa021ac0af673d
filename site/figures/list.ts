/** The figures by name; each is loaded when it comes into view. */
import type { LiveFigure } from "./figure.ts";

type Load = () => Promise<{ readonly figure: LiveFigure }>;
/** A figure knows the types of its controls; who handles all of them does not. */
const load = (module: Promise<{ readonly figure: object }>) =>
  module as Promise<{ readonly figure: LiveFigure }>;

export const figures: Readonly<Record<string, Load>> = {
  valley: () => load(import("./valley.ts")),
};
