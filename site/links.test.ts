import { describe, expect, it } from "vitest";
import { brokenLinks, relativeLinks, upFrom } from "./links.ts";

const page = (path: string, html: string) => ({ path, html });
const files = new Set(["assets/main.js", "pictures/a.svg"]);

describe("brokenLinks", () => {
  it("finds nothing if all links are right", () => {
    const pages = [
      page("", '<a href="/guides/storage/#units">x</a><script src="/assets/main.js"></script>'),
      page(
        "guides/storage",
        '<h2 id="units">x</h2><a href="#units">x</a><img src="/pictures/a.svg"><a href="https://example.org">x</a><a href="/">x</a>',
      ),
      page("playground", '<a href="/playground/#1:fc3-_9">a race</a>'),
    ];
    expect(brokenLinks(pages, files)).toEqual([]);
  });

  it.each([
    ["/guides/stroage/", "leads to no page"],
    ["/guides/storage/#unit", "leads to no place of its page"],
    ["#nowhere", "leads to no place of its page"],
    ["/guides/storage", "has no slash at its end, as pages have"],
    ["storage.md", "does not begin with a slash, as links within the site do"],
    ["/assets/other.js", "leads to no page"],
    ["/guides/storage/#1:abc", "leads to no place of its page"],
  ])("says of %s that it %s", (target, problem) => {
    const pages = [
      page("", `<a href="${target}">x</a>`),
      page("guides/storage", '<h2 id="units">x</h2>'),
    ];
    expect(brokenLinks(pages, files)).toEqual([`front page: the link ${target} ${problem}`]);
  });
});

describe("relativeLinks", () => {
  it("leads from any depth to the root, and keeps links to other sites", () => {
    const html = '<a href="/guides/">x</a><a href="https://example.org/a">x</a><a href="#b">x</a>';
    expect(relativeLinks(html, "")).toContain('href="./guides/"');
    expect(relativeLinks(html, "guides/storage")).toContain('href="../../guides/"');
    expect(relativeLinks(html, "a")).toContain('href="https://example.org/a"');
    expect(relativeLinks(html, "a")).toContain('href="#b"');
    expect(upFrom("a/b/c")).toBe("../../../");
  });
});
