import { type Html, html } from "./html.ts"

const style = `
:root { color-scheme: light dark; font: 1.125rem/1.5 system-ui, sans-serif }
main { max-width: 24rem; margin: 3rem auto; padding: 0 1rem }
form { display: grid; gap: 1rem }
label { display: grid; gap: .25rem }
input, button { font: inherit; padding: .5rem }
[role=alert] { border-left: .25rem solid #d33; padding-left: .75rem }`

const headers = {
  "Content-Type": "text/html; charset=utf-8",
  // The link is all that it takes to go on, and a page in a frame can be clicked by others.
  "Cache-Control": "no-store",
  "Referrer-Policy": "no-referrer",
  "Content-Security-Policy":
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'none'",
}

/** Answers with a page that needs nothing from elsewhere and no script. */
export function answerPage(title: string, content: Html, status = 200): Response {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${{ markup: style }}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${content}
</main>
</body>
</html>
`
  return new Response(page.markup, { status, headers })
}
