/** The head of a report's page, which lets the page load nothing. */
import { Markup, markup } from "../../../charts/markup.ts";
import { paletteStyle } from "../../../charts/palette.ts";

/**
 * @param policy what its content security policy allows besides inline style and embedded pictures, if anything
 * @param style comes after that of the colours
 */
export const headMarkup = (title: string, style: string, policy = ""): Markup => markup`<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="gradus">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${new Markup(paletteStyle() + style)}</style>
</head>`;
