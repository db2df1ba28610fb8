/** Returns the page or its script. */
export function servePage(path, read) {
  const name = path === "/page.js" ? "page.js" : "index.html"
  return {
    type: name === "page.js" ? "text/javascript" : "text/html",
    body: read(new URL(`./page/${name}`, import.meta.url)),
  }
}
