// Takes the user's pictures: chosen with the button, dropped anywhere on the page, or pasted.
import { Failure } from "./device.ts";

/**
 * @param take is called with each file
 * @param refuse is called with the reason if there is no file
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
    // Allows the same file to be chosen again.
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
      refuse(
        new Failure("What you dropped is not a file. Save the picture first, then drop the file."),
      );
    }
    first(event.dataTransfer?.files);
  });
}
