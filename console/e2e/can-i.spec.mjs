import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { administrator, launch } from './browser.mjs';

const SSN = '536-90-4399';

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

test('“Can I?” finds a social security number and shows the text as it would be sent', async () => {
  const { page, close } = await administrator(browser);
  await page.goto('/can-i');
  await page.getByLabel('What you want to send').first().waitFor();
  await page
    .getByRole('textbox', { name: 'What you want to send' })
    .fill(`Complaint from Ms Kovács, SSN ${SSN}: draft a reply`);
  await page.getByRole('combobox', { name: 'Tool' }).click();
  await page
    .getByRole('option', { name: /^ChatGPT \(/ })
    .first()
    .click();
  await page.getByRole('button', { name: 'Can I send this?' }).click();
  const answer = page.getByRole('region', { name: 'Answer' });
  await answer.getByRole('heading', { name: 'Yes, with the sensitive parts replaced.' }).waitFor();
  await answer.getByText(SSN).first().waitFor();
  const sent = await answer
    .getByText(/\[US_SSN_[0-9A-F]{4,}\]/)
    .first()
    .textContent();
  assert.ok(!sent.includes(SSN));
  await answer
    .getByRole('link', { name: /^[A-Z]+-\d+/ })
    .first()
    .waitFor();
  await close();
});

test('something harmless is allowed', async () => {
  const { page, close } = await administrator(browser);
  await page.goto('/can-i');
  await page.getByRole('button', { name: 'A harmless example' }).click();
  await page.getByRole('button', { name: 'Can I send this?' }).click();
  await page.getByRole('region', { name: 'Answer' }).getByText('nothing sensitive').waitFor();
  await close();
});
