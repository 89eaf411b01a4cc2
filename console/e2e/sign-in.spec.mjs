import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { administrator, launch, stranger } from './browser.mjs';

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

test('a one-time link signs in, and its code does not stay in the address', async () => {
  const { page, close } = await administrator(browser);
  await page.goto('/');
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  assert.ok(!page.url().includes('code='), page.url());
  await close();
});

test('a link that no longer works says so and offers the password', async () => {
  const { page, close } = await stranger(browser);
  await page.goto('/sign-in#code=used');
  await page.getByRole('alert').getByText('This sign-in link no longer works').waitFor();
  await page.getByLabel('Name').waitFor();
  assert.ok(!page.url().includes('code='), page.url());
  await close();
});

test('whoever is not signed in is sent to sign in, and a wrong password is refused in words', async () => {
  const { page, close } = await stranger(browser);
  await page.goto('/tools');
  await page.getByLabel('Name').fill('nobody');
  await page.getByLabel('Password', { exact: true }).fill('wrong');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('alert').getByText('do not belong together').waitFor();
  await close();
});
