// Runs in pages of the site in engines without a driver: it checks the page, reports to the server, and goes to the next page.
(() => {
  /** @type {string[]} */
  const complaints = [];
  addEventListener(
    "error",
    (event) => {
      const { target, message } = event;
      const from = target instanceof Element ? target.outerHTML.slice(0, 200) : message;
      complaints.push(`error: ${from}`);
    },
    true,
  );
  addEventListener("unhandledrejection", ({ reason }) => complaints.push(`rejected: ${reason}`));
  for (const name of /** @type {const} */ (["error", "warn"])) {
    const original = console[name];
    console[name] = (...words) => {
      complaints.push(`console: ${words.join(" ")}`);
      original.call(console, ...words);
    };
  }
  const root = "/some/path/";
  /** @type {(holds: () => boolean, what: string) => Promise<void>} */
  const until = async (holds, what) => {
    for (let i = 0; i < 600; i++) {
      if (holds()) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    complaints.push(`in vain: ${what}`);
  };
  /** @type {(figure: any) => Promise<void>} */
  const tryFigure = async (figure) => {
    const name = figure.dataset.figure;
    figure.scrollIntoView();
    await until(() => figure.figureResult !== undefined, `${name} comes to life`);
    const before = JSON.stringify(figure.figureState);
    const input = figure.querySelector("input, select");
    if (input.type === "checkbox") input.click();
    else {
      const other = [input.min, input.max, ...[...(input.options ?? [])].map(({ value }) => value)];
      input.value = other.find((each) => each && each !== input.value);
      input.dispatchEvent(new Event("input", { bubbles: true }));
    }
    await until(() => JSON.stringify(figure.figureState) !== before, `${name} reacts`);
  };
  addEventListener("load", async () => {
    for (const figure of document.querySelectorAll("[data-figure]")) await tryFigure(figure);
    // A page's own script starts soon. Hundreds of pages only have the script of all pages, which has finished by now.
    const isText = document.querySelectorAll("script[type=module]").length === 1;
    await new Promise((resolve) => setTimeout(resolve, isText ? 0 : 50));
    for (const { name } of performance.getEntriesByType("resource")) {
      const { origin, pathname } = new URL(name);
      const ours =
        origin === location.origin && (pathname.startsWith(root) || pathname === "/told");
      if (!ours && !/^(?:data|blob):/.test(name)) complaints.push(`request for ${name}`);
    }
    const answer = await fetch("/told", {
      method: "POST",
      body: JSON.stringify({ path: location.pathname.slice(root.length), complaints }),
    });
    const { next } = await answer.json();
    if (next !== null) location.href = root + next;
  });
})();
