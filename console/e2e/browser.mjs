// A browser for the specs. BASE_URL is the server under test; SIGN_IN_URL is a one-time sign-in link for an administrator.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import axe from 'axe-core';
import { chromium } from 'playwright-core';

export const BASE_URL = process.env.BASE_URL ?? 'http://127.0.0.1:4173';
const SIGN_IN_URL = process.env.SIGN_IN_URL ?? `${BASE_URL}/sign-in#code=mock`;

export const DESK = { width: 1280, height: 900 };
export const PHONE = { width: 360, height: 740 };

/** The link works once, and every spec file is a process of its own: the session is kept between them. */
const SESSION = join(
  tmpdir(),
  `bylaw-console-e2e-${createHash('sha256')
    .update(BASE_URL + SIGN_IN_URL)
    .digest('hex')
    .slice(0, 16)}.json`,
);

export async function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-background-networking'],
  });
}

/** A page nobody is signed in on. Whatever breaks the Content-Security-Policy or throws fails the spec in `close`. */
export async function stranger(browser, options = {}) {
  const context = await browser.newContext({ baseURL: BASE_URL, viewport: DESK, locale: 'en-GB', ...options });
  const page = await context.newPage();
  const faults = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) {
      faults.push(message.text());
    }
  });
  page.setDefaultTimeout(45_000);
  const close = async () => {
    await context.close();
    assert.deepEqual(faults, [], 'the page threw or broke its Content-Security-Policy');
  };
  return { page, close };
}

/** A page with an administrator signed in. */
export async function administrator(browser, options = {}) {
  if (!existsSync(SESSION)) {
    const { page, close } = await stranger(browser);
    await page.goto(SIGN_IN_URL);
    await page.getByRole('navigation', { name: 'Main' }).waitFor();
    await writeFile(SESSION, JSON.stringify(await page.context().storageState()), { mode: 0o600 });
    await close();
  }
  return stranger(browser, { storageState: SESSION, ...options });
}

/** What the console would send, from a page that is signed in; the answer. */
export function send(page, method, path, body) {
  return page.evaluate(
    async ([method, path, body]) => {
      const { csrf } = await (await fetch('/api/v1/session')).json();
      const headers = { 'content-type': 'application/json', 'x-bylaw-csrf': csrf };
      const answer = await fetch(`/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
      const text = await answer.text();
      if (!answer.ok) {
        throw new Error(`${method} ${path}: ${text}`);
      }
      return text ? JSON.parse(text) : undefined;
    },
    [method, path, body],
  );
}

/** Presses a button and waits until what it sends to `path` is taken: a button is disabled while it waits, too. */
export async function press(button, path) {
  const sent = button
    .page()
    .waitForResponse((answer) => path.test(new URL(answer.url()).pathname) && answer.request().method() !== 'GET');
  await button.click();
  const answer = await sent;
  assert.ok(answer.ok(), `${answer.url()}: ${answer.status()}`);
}

/** How many pixels the page is wider than the screen. */
export function overflow(page) {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

/** What axe finds wrong with the page as it is, by WCAG 2.2 A and AA. */
export async function violations(page) {
  await page.evaluate(axe.source);
  const found = await page.evaluate(() =>
    globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }),
  );
  return found.violations.map(
    ({ id, nodes }) => `${id}, ${nodes.length} times: ${nodes.slice(0, 3).map(describe).join('; ')}`,
  );
}

const describe = (node) => `${node.html.slice(0, 160)} (${node.any[0]?.message ?? node.failureSummary})`;
