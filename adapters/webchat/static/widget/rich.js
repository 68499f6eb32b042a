// A reply's text with its addresses, bold words, code and bullets shown as such. Careful rather than
// complete, and safe by its form: nothing but http and https leads anywhere, nothing is loaded, and every
// word goes in as a text node.
import { el } from "./dom.js";

const MARKS =
  /!?\[([^\[\]\n]+)\]\((https?:\/\/[^\s()]+)\)|(https?:\/\/[\w\-.~:/?#@!$&*+=%]*[\w\-~/#@$&*+=%])|\*\*(?=\S)([^*\n]+?)\*\*|`([^`\n]+)`/g;

export function rich(text) {
  const nodes = [];
  let done = 0;
  const plain = flat(text);
  for (const match of plain.matchAll(MARKS)) {
    nodes.push(plain.slice(done, match.index), marked(match));
    done = match.index + match[0].length;
  }
  return [...nodes, plain.slice(done)];
}

function marked([, label, target, address, bold, code]) {
  if (bold) return el("strong", {}, bold);
  if (code) return el("code", {}, code);
  const away = { target: "_blank", rel: "noopener noreferrer nofollow" };
  return el("a", { href: target || address, ...away }, label || address);
}

// What stands at the start of a line: fences go, a heading is bold, an item has a dot.
function flat(text) {
  return text
    .replace(/^[ \t]*```.*$\n?/gm, "")
    .replace(/^ {0,3}#{1,6}[ \t]+([^*\n]+)$/gm, "**$1**")
    .replace(/^([ \t]*)[-*+][ \t]+/gm, "$1• ");
}
