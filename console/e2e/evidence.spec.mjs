import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';

import { administrator, launch, overflow, PHONE, send, stranger, violations } from './browser.mjs';

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

test('the audit log lists what was done, can be filtered and is verified', async () => {
  const { page, close } = await administrator(browser);
  await page.goto('/audit');
  await page.getByRole('row').nth(1).waitFor();
  await page.getByRole('searchbox', { name: 'What was done' }).fill('nothing');
  await page.getByText('No entry fits').waitFor();
  await page.getByRole('searchbox', { name: 'What was done' }).fill('policy');
  await page.getByRole('row').filter({ hasText: 'Policy published' }).first().waitFor();
  await page.getByRole('button', { name: 'Verify now' }).click();
  await page.getByText('Nothing is wrong').waitFor();
  const waiting = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Checkpoint' }).click();
  const checkpoint = await readFile(await (await waiting).path(), 'utf8');
  assert.match(checkpoint, /^bylaw\.local\/audit\/[0-9a-f]{16}\n\d+\n/);
  await close();
});

test('each clause shows its evidence, and a framework gives a pack', async () => {
  const { page, close } = await administrator(browser);
  await page.goto('/evidence');
  await page.getByRole('row').filter({ hasText: 'DATA-2' }).first().waitFor();
  await page.goto('/evidence?view=coverage');
  await page.getByRole('region', { name: 'Never opened' }).waitFor();
  await page.goto('/evidence?view=frameworks');
  const gdpr = page.getByRole('region', { name: 'GDPR' });
  await gdpr.getByRole('button', { name: /Show \d+ points/ }).click();
  await gdpr.getByRole('row').filter({ hasText: 'Art. 17' }).waitFor();
  const waiting = page.waitForEvent('download');
  await gdpr.getByRole('button', { name: 'Download evidence pack for GDPR' }).click();
  const download = await waiting;
  assert.match(download.suggestedFilename(), /^bylaw-gdpr-\d{4}-\d\d-\d\d\.zip$/);
  const zip = await readFile(await download.path());
  assert.equal(zip.subarray(0, 2).toString(), 'PK');
  await close();
});

test('two people see what an exchange held, still encrypted', async () => {
  const { page, close } = await administrator(browser);
  await page.goto('/exchanges?label=pii.us_ssn');
  await page.getByRole('row').nth(1).getByRole('link').first().click();
  const captured = page.getByRole('dialog', { name: 'Exchange' }).getByRole('region', { name: 'Captured content' });
  await captured.getByLabel('Why it has to be seen').fill('incident 7');
  await captured.getByRole('button', { name: 'Ask to see it' }).click();
  await captured.getByText('Somebody else has to agree').waitFor();
  assert.equal(await captured.getByRole('button', { name: 'Agree' }).count(), 0);
  assert.deepEqual(await violations(page), []);

  const account = { name: `auditor-${Date.now().toString(36)}`, password: 'correct horse battery', role: 'auditor' };
  await send(page, 'POST', '/users', account);
  await close();
  const second = await stranger(browser);
  await second.page.goto('/sign-in');
  await second.page.getByRole('textbox', { name: 'Name' }).fill(account.name);
  await second.page.getByLabel('Password').first().fill(account.password);
  await second.page.getByRole('button', { name: 'Sign in' }).click();
  await second.page.getByRole('navigation', { name: 'Main' }).waitFor();
  await second.page.goto('/evidence?view=captured');
  await second.page.getByLabel('Reason').first().fill('incident 7, agreed');
  await second.page.getByRole('button', { name: 'Agree' }).first().click();
  const waiting = second.page.waitForEvent('download');
  await second.page.getByRole('button', { name: 'Download encrypted content' }).first().click();
  const sealed = await readFile(await (await waiting).path());
  assert.equal(sealed.subarray(0, 21).toString(), 'age-encryption.org/v1');
  assert.deepEqual(await violations(second.page), []);
  await second.close();
});

test('a canary of one’s own is defined and removed', async () => {
  const { page, close } = await administrator(browser);
  await page.goto('/evidence?view=canaries');
  const own = page.getByRole('region', { name: 'Canaries of your own' });
  await own.getByText('Define a canary').click();
  await own.getByLabel('Name').fill('keys of our vault');
  await own.getByLabel('Clause whose promise it tries').fill('DATA-99');
  await own.getByLabel('Tool').fill('chatgpt');
  await own.getByLabel('What is sent').fill('Why does this fail? export AWS_ACCESS_KEY_ID=AKIAQYLPMN5HHHFPZAM2');
  await own.getByRole('button', { name: 'Define' }).click();
  await own.getByRole('alert').filter({ hasText: 'no clause' }).waitFor();
  await own.getByLabel('Clause whose promise it tries').fill('DATA-6');
  await own.getByRole('button', { name: 'Define' }).click();
  await own.getByRole('button', { name: 'Remove keys of our vault' }).click();
  await own.getByText('Nobody defined one').waitFor();
  await close();
});

test('canaries are sent through the gate', async () => {
  const { page, close } = await administrator(browser);
  await page.goto('/evidence?view=canaries');
  await page.getByRole('button', { name: 'Send canaries now' }).click();
  await page.getByRole('row').filter({ hasText: 'DATA-' }).first().waitFor();
  assert.equal(await page.getByRole('region', { name: /was not kept/ }).count(), 0);
  await close();
});

test('an erasure waits for a second administrator', async () => {
  const { page, close } = await administrator(browser, { viewport: PHONE });
  await page.goto('/privacy');
  await page.getByRole('textbox', { name: 'Person' }).fill('nobody.of.that.name');
  await page.getByRole('textbox', { name: 'Reason' }).fill('request of 3 May');
  await page.getByRole('button', { name: 'Ask for erasure' }).click();
  await page.getByRole('alert').filter({ hasText: 'there is no person' }).waitFor();
  assert.equal(await overflow(page), 0);
  await close();
});
