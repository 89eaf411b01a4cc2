import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { administrator, launch } from './browser.mjs';

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

test('a filter narrows the list, and the detail names the clause that decided', async () => {
  const { page, close } = await administrator(browser);
  await page.goto('/exchanges');
  await page.getByRole('combobox', { name: 'Action' }).click();
  await page.getByRole('option', { name: 'Redact' }).click();
  await page.waitForURL(/action=redact/);
  await page.getByRole('row').nth(1).getByText('Redact').waitFor();
  assert.equal(await page.getByRole('row').getByText('Allow').count(), 0);

  await page.getByRole('row').nth(1).getByRole('link').first().click();
  const detail = page.getByRole('dialog', { name: 'Exchange' });
  const verdict = detail.getByRole('region', { name: 'Verdict' });
  await verdict.getByText(/Decided by/).waitFor();
  const clause = await verdict.getByRole('link').textContent();
  await detail.getByRole('region', { name: 'Findings' }).getByRole('listitem').first().waitFor();

  await verdict.getByRole('link').click();
  await page.waitForURL(new RegExp(`/policy#${clause}$`));
  await page.locator(`[id="${clause}"]`).waitFor();
  await close();
});

test('a link to an exchange opens it; going back closes it with the filter kept', async () => {
  const { page, close } = await administrator(browser);
  await page.goto('/exchanges?action=allow');
  await page.getByRole('row').nth(1).getByRole('link').first().click();
  await page.getByRole('dialog', { name: 'Exchange' }).waitFor();
  await page.reload();
  await page.getByRole('dialog', { name: 'Exchange' }).getByText('What happened').waitFor();
  await page.goBack();
  await page.getByRole('dialog', { name: 'Exchange' }).waitFor({ state: 'detached' });
  assert.match(page.url(), /action=allow/);
  await close();
});

test('a search is kept, opened again and removed', async () => {
  const { page, close } = await administrator(browser);
  await page.goto('/exchanges?action=redact&department=Finance');
  const kept = page.getByRole('region', { name: 'Kept searches' });
  await kept.getByRole('button', { name: 'Keep this search' }).click();
  const dialog = page.getByRole('dialog', { name: 'Keep this search' });
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Finance, redacted');
  await dialog
    .getByRole('textbox', { name: 'What is looked for with it' })
    .fill('Whether identifiers still leave Finance');
  await dialog.getByRole('button', { name: 'Keep', exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
  await page.goto('/exchanges');
  await kept.getByRole('link', { name: 'Finance, redacted' }).click();
  await page.waitForURL(/action=redact&department=Finance/);
  await kept.getByRole('button', { name: 'Remove the search Finance, redacted' }).click();
  await kept.getByRole('link', { name: 'Finance, redacted' }).waitFor({ state: 'detached' });
  await close();
});

test('an unknown exchange is a designed dead end', async () => {
  const { page, close } = await administrator(browser);
  await page.goto('/exchanges/0192d1f0-0000-7000-8000-000000000000');
  await page.getByText('There is no such exchange').waitFor();
  await close();
});

test('live can be seen and switched off', async () => {
  const { page, close } = await administrator(browser);
  await page.goto('/exchanges');
  await page.getByRole('button', { name: 'Live', exact: true, pressed: true }).click();
  await page.getByRole('button', { name: 'Live is off', pressed: false }).waitFor();
  await close();
});

test('a search that finds nothing says so', async () => {
  const { page, close } = await administrator(browser);
  await page.goto('/exchanges');
  await page.getByRole('searchbox', { name: 'Search exchanges' }).fill('no-such-thing-anywhere');
  await page.getByText('No exchange matches these filters').waitFor();
  await close();
});
