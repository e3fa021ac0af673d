// Pictures of one's own: chosen by the button, dropped anywhere on the page, or pasted.
import { Failure } from "./device.ts";

/**
 * @param take is given each file that comes
 * @param refuse is told why where none came
 */
export function takeFiles(
  input: HTMLInputElement,
  take: (file: File) => void,
  refuse: (why: Failure) => void,
): void {
  const first = (files: FileList | null | undefined) => {
    const file = files?.[0];
    if (file !== undefined) {
      take(file);
    }
  };
  input.onchange = () => {
    first(input.files);
    // The same file may be chosen again.
    input.value = "";
  };
  addEventListener("paste", ({ clipboardData }) => first(clipboardData?.files));

  const dropping = (isOver: boolean) => document.body.classList.toggle("dropping", isOver);
  addEventListener("dragover", (event) => {
    event.preventDefault();
    dropping(true);
  });
  addEventListener("dragleave", ({ relatedTarget }) => {
    if (relatedTarget === null) {
      dropping(false);
    }
  });
  addEventListener("drop", (event) => {
    event.preventDefault();
    dropping(false);
    if (event.dataTransfer?.files.length === 0) {
      refuse(new Failure("What was dropped is no file. Save the picture first, and drop that."));
    }
    first(event.dataTransfer?.files);
  });
}
