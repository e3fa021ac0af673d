/** A button that changes between light and dark, and remembers it. */
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
      // Where nothing can be stored, the theme is that of this page alone.
    }
  });
}
