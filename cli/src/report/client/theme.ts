import { one } from "./dom.ts";

const STORED = "gradus-theme";

/** Connects the button that switches between light and dark. Until it is used, the system's setting holds. */
export function connectTheme(): void {
  const button = one("#theme");
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  let theme = stored();

  const isDark = () => (theme === null ? system.matches : theme === "dark");
  const show = () => {
    if (theme !== null) document.documentElement.dataset["theme"] = theme;
    button.textContent = isDark() ? "Light" : "Dark";
    button.setAttribute("aria-label", `Switch to ${isDark() ? "light" : "dark"} colours`);
  };

  button.addEventListener("click", () => {
    theme = isDark() ? "light" : "dark";
    store(theme);
    show();
  });
  system.addEventListener("change", show);
  show();
}

// In some browsers a page from a file has no storage, and access throws.
function stored(): "light" | "dark" | null {
  try {
    const theme = localStorage.getItem(STORED);
    return theme === "light" || theme === "dark" ? theme : null;
  } catch {
    return null;
  }
}

function store(theme: string): void {
  try {
    localStorage.setItem(STORED, theme);
  } catch {
    // The choice holds until the page is closed.
  }
}
