import assert from "node:assert/strict";
import { test } from "node:test";
import { escapeHtml, page } from "../src/page.js";
import type { Visit } from "../src/visit.js";

const visit: Visit = { count: 1, cacheHits: 4, database: "PostgreSQL 16", release: "v2" };

test("the stage is in the title and colours the banner", () => {
  const staging = page({ stage: "staging", release: "v1", visit });
  assert.match(staging, /<title>\[STAGING\] Slipway demo<\/title>/);
  assert.match(staging, /<body class="staging">/);
  const production = page({ stage: "production", release: "v1", visit });
  assert.match(production, /<title>\[PRODUCTION\] Slipway demo<\/title>/);
  assert.match(production, /<body class="production">/);
  assert.match(page({ stage: "preview-7", release: "v1", visit }), /<body class="other">/);
});

test("the page tells its own release from the API's", () => {
  const html = page({ stage: "staging", release: "v1", visit });
  assert.match(html, /id="release">v1</);
  assert.match(html, /id="api-release">v2</);
});

test("a visit is counted in words that fit", () => {
  assert.match(page({ stage: "staging", release: "v1", visit }), /<strong id="counter">1<\/strong> visit so far/);
  assert.match(page({ stage: "staging", release: "v1", visit: { ...visit, count: 2 } }), /2<\/strong> visits so far/);
});

test("an API that does not answer is said, and nothing is made up", () => {
  const html = page({ stage: "staging", release: "v1", visit: undefined });
  assert.match(html, /role="alert"/);
  assert.doesNotMatch(html, /api-release/);
});

test("the test user's note is shown only where there is one", () => {
  assert.doesNotMatch(page({ stage: "production", release: "v1", visit }), /test-note/);
  assert.match(page({ stage: "staging", release: "v1", visit: { ...visit, testNote: "hello" } }), /test-note.*hello/);
});

test("what a caller sends is never taken as HTML", () => {
  assert.equal(escapeHtml(`<a href="x">'&'</a>`), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;");
  assert.doesNotMatch(page({ stage: "<b>", release: "<script>", visit }), /<script>|<B>/);
});
