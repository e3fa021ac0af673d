// npm run site: a development server. Pages are made on request, and changes show at once.
import { createServer, type Plugin, type ViteDevServer } from "vite";
import { configuration } from "./bundle.ts";
import type { Page } from "./page.ts";

/** Pages and their shell, from the present sources. */
async function respond(server: ViteDevServer, path: string): Promise<string | undefined> {
  const { allPages } = await server.ssrLoadModule("/pages.ts");
  const { shellOf, SITE_SCRIPT } = await server.ssrLoadModule("/shell.ts");
  const { relativeLinks } = await server.ssrLoadModule("/links.ts");
  const pages: readonly Page[] = await allPages();
  const page = pages.find((each) => each.path === path);
  if (page === undefined) return undefined;
  const names: readonly string[] = [SITE_SCRIPT, ...pages.flatMap(({ scripts = [] }) => scripts)];
  const scripts = Object.fromEntries(names.map((name) => [name, [`/${name}`]]));
  return relativeLinks(shellOf(page, { styles: ["/style/index.css"], scripts }), path);
}

const pagesPlugin: Plugin = {
  name: "pages",
  configureServer: (server) => () => {
    server.middlewares.use(async (request, response, next) => {
      const { pathname } = new URL(request.originalUrl ?? "/", "http://site/");
      try {
        if (pathname === "/search.json") {
          const { allPages } = await server.ssrLoadModule("/pages.ts");
          const { searchIndexOf } = await server.ssrLoadModule("/search.ts");
          response.setHeader("content-type", "application/json");
          response.end(searchIndexOf(await allPages()));
          return;
        }
        const { files } = await server.ssrLoadModule("/files.ts");
        const { allPages } = await server.ssrLoadModule("/pages.ts");
        const make = files(allPages)[pathname.slice(1)];
        if (make !== undefined) {
          response.end(await make());
          return;
        }
        const html = await respond(server, pathname.replaceAll(/^\/|\/$/g, ""));
        if (html === undefined) return next();
        response.setHeader("content-type", "text/html");
        response.end(await server.transformIndexHtml(pathname, html));
      } catch (error) {
        next(error);
      }
    });
  },
  handleHotUpdate: ({ file, server }) => {
    if (/\.(?:md|ts)$/.test(file)) server.ws.send({ type: "full-reload" });
  },
};

const server = await createServer({
  ...configuration,
  base: "/",
  appType: "custom",
  plugins: [pagesPlugin],
});
await server.listen();
server.printUrls();
