// Serves the relay and a page: serve.mjs node|hono|express|bun|deno
import { readFileSync } from "node:fs"
import { createServer } from "node:http"
import process from "node:process"
import { getRequestListener, serve } from "@hono/node-server"
import express from "express"
import { Hono } from "hono"
import { createHostRelay, isForRelay, respondPage } from "./host.mjs"

const at = { port: Number(process.env.PORT), hostname: "127.0.0.1" }
const read = (name) => readFileSync(new URL(`page/${name}`, import.meta.url))
const files = { HTML: read("index.html"), SCRIPT: read("page.js") }
const relay = createHostRelay(process.env)
const page = (request) => respondPage(request, files)

const servers = {
  node() {
    const [toRelay, toPage] = [relay, page].map((handle) => getRequestListener(handle))
    const server = createServer((request, response) => (isForRelay(request) ? toRelay : toPage)(request, response))
    server.listen(at.port, at.hostname)
  },
  hono() {
    const app = new Hono().all("/api/auth/*", ({ req }) => relay(req.raw)).get("*", ({ req }) => page(req.raw))
    serve({ ...at, fetch: app.fetch })
  },
  express() {
    const app = express().all("/api/auth/{*path}", getRequestListener(relay)).use(getRequestListener(page))
    app.listen(at.port, at.hostname)
  },
  bun: () => Bun.serve({ ...at, routes: { "/api/auth/*": relay }, fetch: page }),
  deno: () => Deno.serve(at, (request) => (isForRelay(request) ? relay : page)(request)),
}
servers[process.argv[2]]()
