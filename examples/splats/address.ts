// Keeps the settings in the page's address, so that each fit is a link.

type Field = HTMLInputElement | HTMLSelectElement;

const isSwitch = (field: Field): field is HTMLInputElement => field.type === "checkbox";

/** Fills fields from the address, by their ids, and updates the address when they change. */
export function keepInAddress(fields: readonly Field[]): void {
  const { searchParams } = new URL(location.href);
  for (const field of fields) {
    const value = searchParams.get(field.id);
    const initial = field.value;
    if (value !== null && isSwitch(field)) {
      field.checked = value !== "no";
    } else if (value !== null) {
      field.value = value;
      // A list shows nothing if it does not have this choice.
      field.value ||= initial;
    }
    field.addEventListener("change", () => {
      const url = new URL(location.href);
      const kept = isSwitch(field) ? (field.checked ? "yes" : "no") : field.value;
      url.searchParams.set(field.id, kept);
      history.replaceState(null, "", url);
    });
  }
}
