/**
 * Text of agents as markdown. Hostile input: raw HTML is printed as text, what marked makes is sanitised again,
 * images become links (a picture would tell its server who reads), and no HTML string ever reaches the page.
 */
import createPurifier from "dompurify";
import { Marked } from "marked";
import { useLayoutEffect, useRef } from "preact/hooks";

const ALLOWED_TAGS = [
  ..."a blockquote br code del em h1 h2 h3 h4 h5 h6 hr input li ol p pre strong".split(" "),
  ..."table tbody td th thead tr ul".split(" "),
];
const ALLOWED_ATTR = ["href", "start", "align", "type", "checked", "disabled"];

/** Longer text is shown as it is: a parser should not hang the page. */
const MARKDOWN_MAX = 100_000;

const escapes: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, (char) => escapes[char] ?? "");

const marked = new Marked({ gfm: true, breaks: true, async: false });
marked.use({
  renderer: {
    html: ({ text }) => escapeHtml(text),
    image: ({ href, text }) =>
      `<a href="${escapeHtml(href)}">${escapeHtml(text === "" ? "image" : text)}</a>`,
  },
});

function makePurifier(): ReturnType<typeof createPurifier> {
  const purifier = createPurifier(window);
  purifier.addHook("afterSanitizeAttributes", (node) => {
    if (node.nodeName === "INPUT") node.setAttribute("disabled", "");
    if (node.nodeName !== "A") return;
    node.setAttribute("rel", "noopener noreferrer nofollow");
    node.setAttribute("target", "_blank");
  });
  return purifier;
}

let purifier: ReturnType<typeof createPurifier> | undefined;

export function safeFragment(text: string): DocumentFragment {
  purifier ??= makePurifier();
  const html = marked.parse(text, { async: false });
  return purifier.sanitize(html, {
    ALLOWED_TAGS,
    ALLOWED_ATTR,
    ALLOWED_URI_REGEXP: /^(?:https?|mailto):/i,
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
    RETURN_DOM_FRAGMENT: true,
  });
}

export function Markdown({ text }: { readonly text: string }) {
  const place = useRef<HTMLDivElement>(null);
  const plain = text.length > MARKDOWN_MAX;
  useLayoutEffect(() => {
    if (!plain) place.current?.replaceChildren(safeFragment(text));
  }, [text, plain]);
  if (plain) return <pre class="plain">{text}</pre>;
  return <div ref={place} class="markdown" />;
}
