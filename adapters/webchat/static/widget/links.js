// Text with its web addresses made clickable. Nothing but http and https, and nothing but text nodes.
const ADDRESS = /https?:\/\/[\w\-.~:/?#@!$&*+=%]*[\w\-~/#@$&*+=%]/g;

export function withLinks(text) {
  const nodes = [];
  let done = 0;
  for (const match of text.matchAll(ADDRESS)) {
    nodes.push(text.slice(done, match.index), link(match[0]));
    done = match.index + match[0].length;
  }
  return [...nodes, text.slice(done)];
}

function link(address) {
  const anchor = document.createElement("a");
  anchor.href = address;
  anchor.textContent = address;
  anchor.target = "_blank";
  anchor.rel = "noopener noreferrer nofollow";
  return anchor;
}
