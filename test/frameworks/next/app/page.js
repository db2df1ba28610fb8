import Script from "next/script"

export default function Page() {
  return <Script src="/page.js" strategy="beforeInteractive" />
}
