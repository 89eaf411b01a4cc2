// Training modules as packages, run as learning systems run them: SCORM 1.2 in a frame below an API, cmi5 by its launch parameters.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { inflateRawSync } from 'node:zlib';

import { administrator, launch, stranger } from './browser.mjs';

const SYSTEM = 'https://learning.example';

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

/** The files of a zip archive, by its central directory (APPNOTE 4.3.12). */
function unzip(bytes) {
  const files = new Map();
  const end = bytes.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [name, extra, comment] = [28, 30, 32].map((field) => bytes.readUInt16LE(at + field));
    const local = bytes.readUInt32LE(at + 42);
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const packed = bytes.subarray(start, start + bytes.readUInt32LE(at + 20));
    const text = bytes.readUInt16LE(at + 10) === 8 ? inflateRawSync(packed) : packed;
    files.set(bytes.toString('utf8', at + 46, at + 46 + name), text);
    at += 46 + name + extra + comment;
  }
  return files;
}

async function fetched(standard) {
  const { page, close } = await administrator(browser);
  const answer = await page.request.get(`/api/v1/training/modules/personal-data/package?standard=${standard}`);
  assert.equal(answer.status(), 200);
  const files = unzip(await answer.body());
  await close();
  return files;
}

const TYPES = { html: 'text/html', js: 'text/javascript', css: 'text/css', xml: 'text/xml' };

/** Serves the package at a learning system; `more` answers what else it is asked. */
async function serve(page, files, more) {
  await page.route(`${SYSTEM}/**`, async (route) => {
    const path = new URL(route.request().url()).pathname.slice(1);
    const file = files.get(path);
    if (file) {
      return route.fulfill({ body: file, contentType: TYPES[path.split('.').at(-1)] });
    }
    return more(route, path);
  });
}

/** Answers every question of the module in `frame`, rightly or with the first wrong choice. */
async function answer(frame, rightly) {
  const questions = await frame.evaluate(() => window.MODULE.questions);
  for (const [number, { choices }] of questions.entries()) {
    const wanted = choices.flatMap(({ right }, at) => (right === rightly ? [at] : []));
    for (const at of rightly ? wanted : wanted.slice(0, 1)) {
      await frame.locator(`input[name="question-${number}"][value="${at}"]`).check();
    }
  }
  await frame.getByRole('button', { name: 'Hand in' }).click();
}

async function clear(frame) {
  await frame.evaluate(() => {
    for (const input of document.querySelectorAll('input')) {
      input.checked = false;
    }
  });
}

test('a SCORM 1.2 package reports to the API above it', async () => {
  const files = await fetched('scorm12');
  assert.match(files.get('imsmanifest.xml').toString(), /<schemaversion>1\.2</);
  const { page, close } = await stranger(browser);
  const host = `<!doctype html><title>System</title><script>
    const values = { 'cmi.core.lesson_status': 'not attempted' };
    window.calls = [];
    window.API = {
      LMSInitialize: () => (calls.push('begin'), 'true'),
      LMSGetValue: (name) => values[name] ?? '',
      LMSSetValue: (name, value) => (calls.push(name + '=' + value), (values[name] = value), 'true'),
      LMSCommit: () => 'true',
      LMSFinish: () => (calls.push('end'), 'true'),
    };
  </script><iframe src="/index.html" style="width:100%;height:2000px"></iframe>`;
  await serve(page, files, (route) => route.fulfill({ body: host, contentType: 'text/html' }));
  await page.goto(`${SYSTEM}/host`);
  const frame = page.frames().find((frame) => frame.url().endsWith('/index.html'));
  await frame.getByRole('heading', { name: 'Personal data', level: 1 }).waitFor();
  await answer(frame, false);
  await frame.getByText('0 of 6 right: not passed, try again.').waitFor();
  await clear(frame);
  await answer(frame, true);
  await frame.getByText('6 of 6 right: passed.').waitFor();
  await page.evaluate(() => document.querySelector('iframe').remove());
  const calls = await page.evaluate(() => window.calls);
  const status = calls.filter((call) => call.startsWith('cmi.core.lesson_status'));
  assert.deepEqual(
    status,
    ['incomplete', 'failed', 'passed'].map((word) => `cmi.core.lesson_status=${word}`),
  );
  assert.ok(calls.includes('cmi.core.score.raw=0') && calls.includes('cmi.core.score.raw=100'));
  assert.deepEqual([calls[0], calls.at(-1)], ['begin', 'end']);
  await close();
});

test('a cmi5 package sends the statements that cmi5 asks for', async () => {
  const files = await fetched('cmi5');
  assert.match(files.get('cmi5.xml').toString(), /moveOn="CompletedAndPassed" masteryScore="0\.8"/);
  const { page, close } = await stranger(browser);
  const statements = [];
  await serve(page, files, (route, path) => {
    if (path === 'token') {
      return route.fulfill({ json: { 'auth-token': 'dG9rZW4=' } });
    }
    assert.equal(route.request().headers().authorization, 'Basic dG9rZW4=');
    if (path === 'xapi/activities/state') {
      const session = { 'https://w3id.org/xapi/cmi5/context/extensions/sessionid': 's-1' };
      return route.fulfill({ json: { contextTemplate: { extensions: session } } });
    }
    statements.push(route.request().postDataJSON());
    return route.fulfill({ json: [] });
  });
  const launched = new URLSearchParams({
    endpoint: `${SYSTEM}/xapi`,
    fetch: `${SYSTEM}/token`,
    actor: JSON.stringify({ objectType: 'Agent', account: { homePage: SYSTEM, name: 'anna' } }),
    registration: '6a1f3c7e-5f0e-4b2a-9d5c-0c5f2f1f9b11',
    activityId: 'urn:bylaw:training:personal-data:1',
  });
  await page.goto(`${SYSTEM}/index.html?${launched}`);
  await answer(page.mainFrame(), true);
  await page.getByText('6 of 6 right: passed.').waitFor();
  while (statements.length < 3) {
    await page.waitForTimeout(50);
  }
  await page.goto('about:blank');
  while (statements.length < 4) {
    await page.waitForTimeout(50);
  }
  const verbs = statements.map(({ verb }) => verb.id.split('/').at(-1));
  assert.deepEqual(verbs, ['initialized', 'passed', 'completed', 'terminated']);
  const [begun, passed] = statements;
  assert.equal(begun.context.extensions['https://w3id.org/xapi/cmi5/context/extensions/sessionid'], 's-1');
  assert.equal(passed.result.score.scaled, 1);
  assert.deepEqual(
    passed.context.contextActivities.category.map(({ id }) => id.split('/').at(-1)),
    ['cmi5', 'moveon'],
  );
  await close();
});
