/** Connects the button that switches between light and dark, and stores the choice. */
export function openTheme(button: HTMLElement): void {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset["theme"] ?? (system.matches ? "dark" : "light")) === "dark";
  button.addEventListener("click", () => {
    const theme = isDark() ? "light" : "dark";
    root.dataset["theme"] = theme;
    try {
      localStorage.setItem("gradus-theme", theme);
    } catch {
      // If nothing can be stored, the theme holds for this page only.
    }
  });
}
