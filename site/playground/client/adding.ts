/** The list of optimizers to add. Arrow keys go through it, which browsers tell as choices: with them, Enter chooses. */
import type { Host } from "./host.ts";

/** Tells what is chosen in such a list. */
export function onAdded(
  host: Host,
  select: HTMLSelectElement,
  added: (name: string) => void,
): void {
  let isGoingThrough = false;
  const add = () => {
    const name = select.value;
    select.value = "";
    isGoingThrough = false;
    if (name !== "") added(name);
  };
  select.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && isGoingThrough && select.value !== "") {
      event.preventDefault();
      add();
    } else isGoingThrough = event.key !== " " && event.key !== "Enter" && !event.altKey;
  });
  select.addEventListener("pointerdown", () => {
    isGoingThrough = false;
  });
  select.addEventListener("change", () => {
    if (!isGoingThrough) add();
    else if (select.value !== "") host.say(`Enter adds ${select.selectedOptions[0]!.text}.`);
  });
}
