// The settings in the page's address: each fit is a link.

type Field = HTMLInputElement | HTMLSelectElement;

const isSwitch = (field: Field): field is HTMLInputElement => field.type === "checkbox";

/** Fills fields from the address, where it names them by their ids, and keeps it as they are. */
export function keepInAddress(fields: readonly Field[]): void {
  const { searchParams } = new URL(location.href);
  for (const field of fields) {
    const value = searchParams.get(field.id);
    const initial = field.value;
    if (value !== null && isSwitch(field)) {
      field.checked = value !== "no";
    } else if (value !== null) {
      field.value = value;
      // A list shows nothing where it has no such choice.
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
