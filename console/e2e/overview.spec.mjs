import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { administrator, launch } from './browser.mjs';

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

test('the overview says in words and numbers what happened', async () => {
  const { page, close } = await administrator(browser);
  await page.goto('/');
  const headline = page.getByRole('region', { name: 'In short' });
  await headline
    .getByText(/exchange/)
    .first()
    .waitFor();
  const exchanges = await page.locator('dl[aria-label=Totals] dd').first().textContent();
  assert.match(exchanges, /^[1-9]/);
  await page.getByRole('region', { name: 'Tools' }).getByRole('link').nth(1).waitFor();
  await page.getByRole('region', { name: 'Clauses at work' }).getByRole('link').nth(1).waitFor();
  await close();
});

test('the chart has its figures as a table too', async () => {
  const { page, close } = await administrator(browser);
  await page.goto('/?range=24h');
  await page.getByRole('button', { name: 'As a table' }).click();
  await page.getByRole('columnheader', { name: 'Redact' }).waitFor();
  await close();
});

test('a longer period is a click away and stays in the address', async () => {
  const { page, close } = await administrator(browser);
  await page.goto('/');
  await page.getByRole('radiogroup', { name: 'Period' }).getByText('Week').click();
  await page.waitForURL(/range=7d/);
  await page.getByRole('region', { name: 'In short' }).getByText('in the last 7 days').waitFor();
  await close();
});
