import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';

import axe from 'axe-core';

import { administrator, BASE_URL, launch, overflow, PHONE, press, send, stranger } from './browser.mjs';

let browser;
let account;
before(async () => {
  browser = await launch();
  account = await employee();
});
after(() => browser.close());

/** An account for somebody in the directory. */
async function employee() {
  const { page, close } = await administrator(browser);
  await page.goto('/people');
  const people = await send(page, 'GET', '/people');
  const name = `employee-${randomBytes(4).toString('hex')}`;
  const password = randomBytes(12).toString('hex');
  const account = { name, password, role: 'employee', person_id: people[0].id };
  await send(page, 'POST', '/users', account);
  await close();
  return account;
}

async function signedIn(options) {
  const opened = await stranger(browser, options);
  await opened.page.goto('/sign-in');
  await opened.page.getByRole('textbox', { name: 'Name' }).fill(account.name);
  await opened.page.getByRole('textbox', { name: 'Password' }).fill(account.password);
  await opened.page.getByRole('button', { name: 'Sign in' }).click();
  await opened.page.waitForURL(/\/mine$/);
  return opened;
}

async function violations(page) {
  await page.evaluate(axe.source);
  const found = await page.evaluate(() =>
    globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }),
  );
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 200)}`);
}

/** A security key that says yes whenever it is asked (<https://chromedevtools.github.io/devtools-protocol/tot/WebAuthn/>). */
async function withSecurityKey(page) {
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  const options = {
    protocol: 'ctap2',
    transport: 'internal',
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified: true,
  };
  await session.send('WebAuthn.addVirtualAuthenticator', { options });
}

test('an employee lands on what is asked of them, reads the policy and signs it with a key', async () => {
  // Keys are bound to names, and an address is none.
  const { page, close } = await signedIn({ baseURL: BASE_URL.replace('127.0.0.1', 'localhost') });
  await withSecurityKey(page);
  await page.getByRole('link', { name: 'Read', exact: false }).first().click();
  await page.waitForURL(/\/mine\/policy$/);
  const walk = page.getByRole('region', { name: 'May I?' }).first();
  await walk.getByRole('button').first().click();
  await walk.getByRole('button', { name: 'Back' }).waitFor();
  await page.getByRole('searchbox', { name: 'Search the policy' }).fill('credentials');
  await page
    .getByRole('heading', { name: /Credentials/ })
    .first()
    .waitFor();
  await page.getByRole('searchbox', { name: 'Search the policy' }).fill('zzzz');
  await page.getByText('No clause says that').waitFor();
  await page.getByText('Sign with a security key').click();
  await page.getByRole('textbox', { name: 'What you call the key' }).fill('the blue one');
  assert.deepEqual(await violations(page), []);
  await press(page.getByRole('button', { name: 'Add a key' }), /\/mine\/keys$/);
  await press(page.getByRole('button', { name: 'I accept the policy and sign it with my key' }), /\/attestations$/);
  await page.getByRole('region', { name: 'You have accepted this policy' }).waitFor();
  await press(page.getByRole('button', { name: 'Remove the key the blue one' }), /\/mine\/keys\/[-0-9a-f]+$/);
  await close();
  const desk = await administrator(browser);
  await desk.page.goto('/');
  const [{ signature }] = await send(desk.page, 'GET', '/attestations');
  assert.deepEqual([signature.key_name, signature.public.algorithm], ['the blue one', 'es256']);
  await desk.close();
});

test('a module is failed, told what to read again, and passed', async () => {
  const { page, close } = await signedIn();
  await page.goto('/mine/training/personal-accounts');
  const quiz = page.getByRole('form', { name: 'Quiz' });
  await quiz.waitFor();
  assert.deepEqual(await violations(page), []);
  await page
    .getByText(/Source: /)
    .first()
    .waitFor();
  // The first choice of each question: most of them are wrong.
  const groups = await quiz.getByRole('group').or(quiz.getByRole('radiogroup')).all();
  for (const group of groups) {
    await group.getByRole('radio').or(group.getByRole('checkbox')).first().check();
  }
  await quiz.getByRole('button', { name: 'Hand in' }).click();
  await quiz.getByText('Not passed yet.').waitFor();
  await quiz.getByText('Read again:').waitFor();
  await quiz.getByRole('button', { name: 'Try again' }).click();
  const right = [
    'With a personal account another contract applies, and it is not ours',
    'A court can have them kept, and which contract applies decides whose',
    'Use another approved tool, or finish without one',
    'Its password can be stolen together with the conversations in it',
    'What is in it leaves when the person does',
    'Extensions that promise access can take it over',
    'Report it, and delete it together with the service desk',
    'It is no disaster, but you are reminded that a company account exists',
  ];
  for (const answer of right) {
    await quiz.getByLabel(answer, { exact: true }).check();
  }
  await quiz.getByRole('button', { name: 'Hand in' }).click();
  await quiz.getByText(/6 of 6 right/).waitFor();
  await page.getByRole('region', { name: 'My attempts' }).getByText('6 of 6, passed').first().waitFor();
  await close();
});

test('an administrator runs a campaign and sees how people stand', async () => {
  const { page, close } = await administrator(browser);
  await page.goto('/people');
  await page.getByRole('region', { name: 'How people stand' }).getByRole('row').nth(1).waitFor();
  assert.deepEqual(await violations(page), []);
  await page.goto('/people/campaigns');
  const title = `Spring ${randomBytes(3).toString('hex')}`;
  await page.getByLabel('Title').fill(title);
  await page.getByLabel('By', { exact: true }).fill('2099-01-31');
  await page.getByRole('button', { name: 'Open the campaign' }).click();
  const campaign = page.getByRole('region', { name: title });
  await campaign.getByRole('button', { name: 'Remind those who have not' }).click();
  await campaign.getByText(/reminded on/).waitFor();
  await campaign.getByRole('button', { name: 'Close' }).click();
  await campaign.getByText(/closed/).waitFor();
  for (const [view, region] of [
    ['training', 'Modules'],
    ['cases', 'The ladder of the policy in force'],
  ]) {
    await page.goto(`/people/${view}`);
    await page.getByRole('region', { name: region }).waitFor();
    assert.deepEqual(await violations(page), [], view);
  }
  await close();
});

test('the pages fit a phone', async () => {
  const { page, close } = await signedIn({ viewport: PHONE });
  for (const path of ['/mine', '/mine/policy', '/mine/training/ai-basics']) {
    await page.goto(path);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.waitForTimeout(300);
    assert.equal(await overflow(page), 0, path);
  }
  await close();
});
