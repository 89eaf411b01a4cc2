import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { administrator, launch, overflow, PHONE, violations } from './browser.mjs';

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

test('tools in use are shown with who saw them, and exported', async () => {
  const { page, close } = await administrator(browser);
  await page.goto('/ai-use');
  const row = page.getByRole('row').filter({ hasText: 'Perplexity' });
  await row.waitFor();
  assert.match(await row.innerText(), /by .*logs/);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Export CSV' }).click(),
  ]);
  assert.equal(download.suggestedFilename(), 'ai-use.csv');
  const flows = page.getByRole('region', { name: 'Where data goes' });
  await flows.getByRole('button', { name: 'As a table' }).click();
  await flows.getByRole('cell', { name: 'Perplexity' }).first().waitFor();
  await close();
});

test('resolvers that hide names are shown', async () => {
  const { page, close } = await administrator(browser);
  await page.goto('/ai-use');
  const hidden = page.getByRole('region', { name: 'Where names are hidden' });
  const row = hidden.getByRole('row').filter({ hasText: 'dns.google' });
  assert.match(await row.innerText(), /DNS over HTTPS[\s\S]*1 person/);
  await close();
});

test('a host that looks like a tool is listed', async () => {
  const { page, close } = await administrator(browser);
  await page.goto('/ai-use');
  const found = page.getByRole('article', { name: 'unheard-llm.ai' });
  await found.getByText('the name ends in `.ai`').waitFor();
  await found.getByRole('button', { name: 'List as a tool' }).click();
  const dialog = page.getByRole('dialog', { name: 'List unheard-llm.ai as a tool' });
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Unheard');
  assert.deepEqual(await violations(page), []);
  await dialog.getByRole('button', { name: 'List it' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await page.getByText('Reviewed', { exact: true }).click();
  await found.getByText('Listed', { exact: true }).waitFor();
  await found.getByRole('link', { name: 'The tool' }).click();
  await page.getByRole('dialog', { name: 'Unheard' }).waitFor();
  await close();
});

test('a host that is no tool is dismissed with a reason', async () => {
  const { page, close } = await administrator(browser);
  await page.goto('/ai-use');
  const found = page.getByRole('article', { name: 'our-gpt-shop.com' });
  await found.getByRole('button', { name: 'No AI tool' }).click();
  const dialog = page.getByRole('dialog', { name: 'our-gpt-shop.com is no AI tool' });
  await dialog.getByRole('textbox', { name: 'What is it?' }).fill('A shop for guitar pedals');
  await dialog.getByRole('button', { name: 'Dismiss it' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await page.getByText('Reviewed', { exact: true }).click();
  await found.getByText(/A shop for guitar pedals/).waitFor();
  await close();
});

test('the page fits a telephone and passes axe', async () => {
  for (const options of [{ viewport: PHONE }, { colorScheme: 'dark' }]) {
    const { page, close } = await administrator(browser, options);
    await page.goto('/ai-use');
    await page.getByRole('region', { name: 'Hosts that look like AI tools' }).waitFor();
    await page.getByRole('row').nth(1).waitFor();
    assert.equal(await overflow(page), 0);
    assert.deepEqual(await violations(page), []);
    await close();
  }
});
