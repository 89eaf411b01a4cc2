// `make test` runs it on a server of its own. By hand, against a demo: BASE_URL, SIGN_IN_URL, BYLAW, BYLAW_PROXY and BYLAW_CA in the
// environment, `node --test e2e/walk.mjs`.
// The policy's whole life in one walk: written, corrected, reviewed, tried, published; read, accepted, learnt; broken,
// followed up, exempted; and proved offline by somebody who trusts nobody.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';

import { administrator, launch, press, send, stranger } from './browser.mjs';

const run = promisify(execFile);
const { BYLAW, BYLAW_PROXY, BYLAW_CA } = process.env;
const FUNCTIONS = ['security', 'legal', 'privacy', 'business', 'it'];
const MARK = randomBytes(4).toString('hex');
const PASSWORD = randomBytes(12).toString('hex');
/** Looks like an access key, and is nobody's. */
const KEY = `AKIA${'QYLPMN5HHHFPZAM2'}`;
const MODULE = 'source-code-and-secrets';

let browser;
let admin;
let employee;
let address;
/** When the exception ends, in milliseconds since 1970. */
let end;

before(async () => {
  browser = await launch();
  admin = await administrator(browser);
  await admin.page.goto('/');
  const person_id = new URL(BYLAW_PROXY).username;
  await send(admin.page, 'POST', '/users', { name: `walk-${MARK}`, password: PASSWORD, role: 'employee', person_id });
  for (const name of FUNCTIONS) {
    const account = { name: `${name}-${MARK}`, password: PASSWORD, role: 'policy_author' };
    await send(admin.page, 'POST', '/users', account);
    await send(admin.page, 'PUT', `/users/${account.name}/functions`, { functions: [name] });
  }
});
after(async () => {
  await employee?.close();
  await admin?.close();
  await browser.close();
});

async function signedIn(name) {
  const opened = await stranger(browser);
  await opened.page.goto('/sign-in');
  await opened.page.getByRole('textbox', { name: 'Name' }).fill(name);
  await opened.page.getByLabel('Password').first().fill(PASSWORD);
  await opened.page.getByRole('button', { name: 'Sign in' }).click();
  await opened.page.getByRole('navigation', { name: 'Main' }).waitFor();
  return opened;
}

/** A prompt of the employee, through the live gate; the status that came back. */
async function prompt(text) {
  const { stdout } = await run('curl', [
    ...['--silent', '--show-error', '--max-time', '30', '--output', '/dev/null', '--write-out', '%{http_code}'],
    ...['--proxy', BYLAW_PROXY, '--cacert', BYLAW_CA, 'https://api.openai.com/v1/chat/completions', '--json'],
    JSON.stringify({ model: 'gpt-5', messages: [{ role: 'user', content: text }] }),
  ]);
  return Number(stdout);
}

const gate = (page) => page.getByRole('region', { name: 'Before it can come into force' });

test('a draft with a mistake is corrected', async () => {
  const { page } = admin;
  await page.goto('/drafts');
  await page.getByRole('button', { name: 'Begin a draft' }).click();
  await page.waitForURL(/\/drafts\/[-0-9a-f]+\/write$/);
  address = page.url().replace(/write$/, '');
  const field = page.getByRole('textbox', { name: 'Policy source' });
  const source = await field.inputValue();
  const changed = source.replace('This policy binds', `It was walked through by ${MARK}. This policy binds`);
  assert.notEqual(changed, source);
  await field.fill(changed.replace('then: redact', 'then: forbid'));
  const mistakes = page.getByRole('region', { name: 'Checks' }).getByRole('button', { name: /line \d+, column \d+/ });
  await mistakes.first().waitFor();
  await field.fill(changed);
  await mistakes.first().waitFor({ state: 'detached' });
  await press(page.getByRole('button', { name: 'Save' }), /\/drafts\/[-0-9a-f]+$/);
});

test('it is reviewed by every function, tried on what was recorded, and published', async () => {
  const { page } = admin;
  await page.goto(`${address}publish`);
  await gate(page).getByText('Approved by every function that must: Missing').waitFor();
  assert.ok(await page.getByRole('button', { name: 'Publish', exact: true }).isDisabled());
  for (const name of FUNCTIONS) {
    const reviewer = await signedIn(`${name}-${MARK}`);
    await reviewer.page.goto(`${address}review`);
    await press(reviewer.page.getByRole('button', { name: `Approve for ${name}` }), /\/opinions$/);
    await reviewer.close();
  }
  await page.goto(`${address}backtest`);
  await page.getByRole('button', { name: 'Run the backtest' }).click();
  await page.getByRole('region', { name: 'Verdicts that change' }).waitFor();
  await page.goto(`${address}publish`);
  await gate(page).getByText('Approved by every function that must: In order').waitFor();
  await page.getByRole('radio', { name: /^Enforce/ }).check();
  await press(page.getByRole('button', { name: 'Publish', exact: true }), /\/publication$/);
  await page.goto('/policy');
  await page.getByText(`walked through by ${MARK}`).first().waitFor();
});

test('an employee reads it, accepts it, fails its training and passes', async () => {
  employee = await signedIn(`walk-${MARK}`);
  const { page } = employee;
  await page.goto('/mine/policy');
  await page.getByText(`walked through by ${MARK}`).first().waitFor();
  await press(page.getByRole('button', { name: /I accept the policy|I have read it/ }), /\/attestations$/);
  await page.getByRole('region', { name: 'You have accepted this policy' }).waitFor();
  await page.goto('/mine/training/personal-accounts');
  const quiz = page.getByRole('form', { name: 'Quiz' });
  await quiz.waitFor();
  for (const group of await quiz.getByRole('group').or(quiz.getByRole('radiogroup')).all()) {
    await group.getByRole('radio').or(group.getByRole('checkbox')).first().check();
  }
  await quiz.getByRole('button', { name: 'Hand in' }).click();
  await quiz.getByText('Not passed yet.').waitFor();
  await quiz.getByRole('button', { name: 'Try again' }).click();
  for (const answer of [
    'With a personal account another contract applies, and it is not ours',
    'A court can have them kept, and which contract applies decides whose',
    'Use another approved tool, or finish without one',
    'Its password can be stolen together with the conversations in it',
    'What is in it leaves when the person does',
    'Extensions that promise access can take it over',
    'Report it, and delete it together with the service desk',
    'It is no disaster, but you are reminded that a company account exists',
  ]) {
    await quiz.getByLabel(answer, { exact: true }).check();
  }
  await quiz.getByRole('button', { name: 'Hand in' }).click();
  await quiz.getByText(/6 of 6 right/).waitFor();
});

test('a violation is blocked at the gate, and the ladder assigns training', async () => {
  assert.equal(await prompt(`Why is this key refused? ${KEY} ${MARK}`), 403);
  const { page } = employee;
  const assigned = page.getByRole('link', { name: /^Begin .*secrets/i });
  for (let tries = 0; tries < 60 && (await assigned.count()) === 0; tries += 1) {
    await page.waitForTimeout(500);
    await page.goto('/mine');
    await page.getByRole('heading', { name: 'Training' }).waitFor();
  }
  await assigned.click();
  await page.waitForURL(new RegExp(`/mine/training/${MODULE}$`));
});

test('an exception is asked for, granted, and counts at the gate', async () => {
  const { page } = employee;
  const reason = `Rotation drill ${MARK}`;
  const [clause] = (await send(page, 'GET', '/exception-requests/terms')).filter((one) => one.clause === 'DATA-6');
  assert.ok(clause.needed.length > 0);
  await send(page, 'POST', '/exception-requests', { clause: 'DATA-6', lasts_seconds: 60, reason });
  await page.goto('/requests');
  await page.getByRole('listitem').filter({ hasText: reason }).getByText('Waiting for agreement').waitFor();
  for (const name of clause.needed) {
    const approver = await signedIn(`${name}-${MARK}`);
    await approver.page.goto('/exceptions');
    const waiting = approver.page.getByRole('listitem').filter({ hasText: reason }).first();
    await press(waiting.getByRole('button', { name: `Agree for ${name}` }), /\/steps$/);
    await approver.close();
  }
  await page.reload();
  await page.getByRole('listitem').filter({ hasText: reason }).getByText('In force').waitFor();
  assert.equal(await prompt(`Where does this fail? ${KEY} ${MARK}`), 200);
  const [granted] = (await send(page, 'GET', '/exception-requests/mine')).filter((one) => one.reason === reason);
  end = Date.parse(granted.until);
});

test('the evidence pack is downloaded, and verified offline', async () => {
  const { page } = admin;
  await page.goto('/evidence?view=frameworks');
  const waiting = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download evidence pack for GDPR' }).click();
  const pack = join(tmpdir(), `bylaw-walk-${MARK}.zip`);
  await (await waiting).saveAs(pack);
  try {
    const { stdout } = await run(BYLAW, ['audit', 'verify', '--pack', pack]);
    assert.match(stdout, /^evidence for gdpr.* entries of the audit log proved/);
  } finally {
    await rm(pack, { force: true });
  }
});

test('the exception expires by itself, within a second', async () => {
  await admin.page.waitForTimeout(Math.max(0, end - Date.now()) + 1_000);
  assert.equal(await prompt(`Where does that fail? ${KEY} ${MARK}`), 403);
});
