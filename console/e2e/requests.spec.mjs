import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { administrator, launch, overflow, PHONE, send, stranger, violations } from './browser.mjs';

const PASSWORD = 'correct horse battery staple';
const NAME = `requests-${Date.now().toString(36)}`;

let browser;
let admin;
let employee;

/** An administrator who speaks for whatever the policy asks, and an employee who is somebody. */
before(async () => {
  browser = await launch();
  admin = await administrator(browser);
  await admin.page.goto('/reviews');
  const [{ id: person_id }] = await send(admin.page, 'GET', '/people');
  await send(admin.page, 'POST', '/users', { name: NAME, password: PASSWORD, role: 'employee', person_id });
  const { user } = await send(admin.page, 'GET', '/session');
  const functions = ['security', 'legal', 'privacy', 'business', 'it'];
  await send(admin.page, 'PUT', `/users/${user.name}/functions`, { functions });
  employee = await stranger(browser);
  await employee.page.goto('/sign-in');
  await employee.page.getByRole('textbox', { name: 'Name' }).fill(NAME);
  await employee.page.getByLabel('Password').first().fill(PASSWORD);
  await employee.page.getByRole('button', { name: 'Sign in' }).click();
  await employee.page.getByRole('navigation', { name: 'Main' }).waitFor();
});
after(async () => {
  await employee?.close();
  await admin?.close();
  await browser.close();
});

const item = (page, text) => page.getByRole('listitem').filter({ hasText: text }).first();

test('a tool is asked for, reviewed with a score, agreed to, and its asker sees the conditions', async () => {
  const purpose = `Slides ${NAME}`;
  await employee.page.goto('/requests/tool');
  await employee.page.getByRole('combobox', { name: 'Tool' }).click();
  await employee.page.getByRole('option', { name: 'Another tool' }).click();
  await employee.page.getByRole('textbox', { name: 'Name of the tool' }).fill(`Slide maker ${NAME}`);
  await employee.page.getByRole('textbox', { name: 'Web address' }).fill(`${NAME}.example.net`);
  await employee.page.getByRole('textbox', { name: 'What would you use it for?' }).fill(purpose);
  await employee.page.getByRole('button', { name: 'Send the request' }).click();
  await item(employee.page, purpose).getByText('Waiting for a reviewer').waitFor();

  const { page } = admin;
  await page.goto('/reviews');
  await page.getByRole('link', { name: `Slide maker ${NAME}` }).click();
  await page.getByText(purpose).waitFor();
  await page.getByRole('button', { name: 'Begin the review' }).click();
  await page.getByRole('radio', { name: /^Never, by contract/ }).check();
  await page.getByRole('button', { name: 'Save the answers' }).click();
  await page.getByText(/^1 of \d+ questions answered/).waitFor();
  await page.getByText('How it is made up').click();
  await page.getByText('“Never, by contract” has 100 of 100 points').waitFor();

  const propose = page.getByRole('form', { name: 'Propose a decision' });
  await propose.getByRole('textbox', { name: 'Conditions' }).fill('Corporate accounts only.');
  await propose.getByRole('textbox', { name: 'Reason' }).fill('Looked at.');
  await propose.getByRole('button', { name: 'Put it before the functions' }).click();
  const agree = page.getByRole('button', { name: /^Agree for / });
  for (await agree.first().waitFor(); (await agree.count()) > 0; ) {
    const before = await agree.count();
    await agree.first().click();
    await page.waitForFunction(
      (before) =>
        [...document.querySelectorAll('button')].filter((one) => /^Agree for /.test(one.textContent)).length < before,
      before,
    );
  }
  await page.getByText('Approved under conditions').first().waitFor();
  await employee.page.reload();
  await item(employee.page, purpose).getByText('Conditions: Corporate accounts only.').waitFor();
});

test('an exception is asked for from a link, agreed to, in force, and given back', async () => {
  const reason = `Audit ${NAME}`;
  const [{ clause }] = (await send(admin.page, 'GET', '/exception-requests/terms')).filter(
    (one) => one.needed.length > 0,
  );
  await employee.page.goto(`/requests/exception?clause=${clause}&tool=chatgpt`);
  await employee.page.getByText('Must agree:').waitFor();
  await employee.page.getByRole('textbox', { name: 'Why do you need it?' }).fill(reason);
  await employee.page.getByRole('button', { name: 'Send the request' }).click();
  await item(employee.page, reason).getByText('Waiting for agreement').waitFor();

  await admin.page.goto('/exceptions');
  const waiting = item(admin.page, reason);
  await waiting.waitFor();
  const agree = waiting.getByRole('button', { name: /^Agree for / });
  for (let left = await agree.count(); left > 0; left -= 1) {
    await agree.first().click();
    await admin.page.waitForTimeout(500);
  }
  await admin.page.getByText('In force', { exact: true }).first().click();
  await item(admin.page, reason).getByRole('button', { name: 'Take it back' }).waitFor();
  await employee.page.reload();
  await item(employee.page, reason).getByRole('button', { name: 'Give it back' }).click();
  await item(employee.page, reason).getByText('Taken back').waitFor();
});

test('a report without a name is followed by its case code, both ways', async () => {
  const text = `Somebody pastes customer lists ${NAME}`;
  const { page, close } = await stranger(browser, { viewport: PHONE });
  await page.goto('/report');
  assert.ok((await overflow(page)) <= 0);
  assert.deepEqual(await violations(page), []);
  await page.getByRole('textbox', { name: 'What did you see?' }).fill(text);
  await page.getByRole('button', { name: 'Send the report' }).click();
  const code = await page.getByLabel('Case code').textContent();
  assert.match(code, /^([0-9A-Z]{4}-){6}[0-9A-Z]{4}$/);
  await page.getByRole('link', { name: 'Follow the report' }).click();
  await page.getByRole('textbox', { name: 'Case code' }).fill(code.toLowerCase());
  await page.getByRole('button', { name: 'Show the report' }).click();
  await page.getByText(text).waitFor();
  assert.ok(!page.url().includes(code), 'the code is not part of the address');

  await admin.page.goto('/reports');
  await admin.page.getByRole('link', { name: 'A suspected violation' }).first().click();
  await admin.page.getByText(text).waitFor();
  await admin.page.getByText('somebody who gave no name').waitFor();
  await admin.page.getByRole('button', { name: 'Take it' }).click();
  await admin.page.getByRole('textbox', { name: 'Answer whoever reported' }).fill('Which list?');
  await admin.page.getByRole('button', { name: 'Send', exact: true }).click();
  await admin.page.getByRole('list', { name: 'Messages' }).getByText('Which list?').waitFor();

  await page.getByRole('textbox', { name: 'Add something' }).fill('The one with the birthdays');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByText('Which list?').waitFor();
  await page.getByText('Those who handle reports', { exact: false }).first().waitFor();
  await close();
});

test('what was made with AI is declared and flagged', async () => {
  const { page } = employee;
  await page.goto('/assets');
  await page.getByRole('button', { name: 'Declare something' }).click();
  const form = page.getByRole('form', { name: 'Declare an asset' });
  await form.getByRole('textbox', { name: 'What it is called' }).fill(`Picture ${NAME}`);
  await form.getByRole('combobox', { name: 'Tool' }).click();
  await page.getByRole('option', { name: 'Midjourney' }).click();
  await form.getByRole('textbox', { name: /^Under which terms/ }).fill('Commercial use');
  await form.getByRole('combobox', { name: 'What did people add?' }).click();
  await page.getByRole('option', { name: 'Nothing but a prompt' }).click();
  await form.getByRole('textbox', { name: 'Where is it used?' }).fill('Website');
  await form.getByRole('button', { name: 'Declare it' }).click();
  await item(page, `Picture ${NAME}`).getByText('Nobody added anything').waitFor();
});

const PLACES = ['/requests', '/requests/tool', '/requests/exception', '/requests/report', '/assets'];
const WORK = ['/reviews', '/exceptions', '/reports', '/assets'];

for (const colorScheme of ['light', 'dark']) {
  test(`these pages pass axe in ${colorScheme} colours and fit a phone`, async () => {
    for (const [{ page }, paths] of [
      [employee, PLACES],
      [admin, WORK],
    ]) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      for (const path of paths) {
        await page.goto(path);
        await page.getByRole('heading', { level: 1 }).waitFor();
        await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' });
        assert.deepEqual(await violations(page), [], path);
        await page.setViewportSize(PHONE);
        assert.ok((await overflow(page)) <= 0, `${path} is ${await overflow(page)} px too wide`);
        await page.setViewportSize({ width: 1280, height: 900 });
      }
    }
  });
}

test('an employee does not see where others work', async () => {
  const { page } = employee;
  await page.goto('/reviews');
  await page.getByText('This page is not for your role').waitFor();
  const names = await page.getByRole('navigation', { name: 'Main' }).getByRole('link').allTextContents();
  assert.ok(
    names.includes('My requests') && !names.includes('Tool reviews') && !names.includes('Reports'),
    names.join(),
  );
});
