import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { administrator, launch, press } from './browser.mjs';

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

/** A page with a new draft of the policy in force, being written; `end` withdraws it. */
async function drafting() {
  const { page, close } = await administrator(browser);
  await page.goto('/drafts');
  await page.getByRole('button', { name: 'Begin a draft' }).click();
  await page.waitForURL(/\/drafts\/[-0-9a-f]+\/write$/);
  const address = page.url().replace(/write$/, '');
  const end = async () => {
    await page.goto(`${address}publish`);
    await page.getByRole('button', { name: 'Withdraw the draft' }).click();
    await page.waitForURL(/\/drafts$/);
    await close();
  };
  return { page, address, field: page.getByRole('textbox', { name: 'Policy source' }), end };
}

const save = (page) => press(page.getByRole('button', { name: 'Save' }), /\/drafts\/[-0-9a-f]+$/);

test('a draft with a mistake can be saved, not published; corrected, it can be read', async () => {
  const { page, address, field, end } = await drafting();
  const source = await field.inputValue();
  assert.match(source, /then: redact/);
  await field.fill(source.replace('then: redact', 'then: forbid'));
  const checks = page.getByRole('region', { name: 'Checks' });
  await checks
    .getByRole('button', { name: /line \d+, column \d+/ })
    .first()
    .waitFor();
  await save(page);
  await page.goto(`${address}publish`);
  const gate = page.getByRole('region', { name: 'Before it can come into force' });
  await gate.getByText('Has no mistakes: Missing').waitFor();
  assert.ok(await page.getByRole('button', { name: 'Publish', exact: true }).isDisabled());

  await page.goto(`${address}write`);
  await field.fill(source);
  await save(page);
  await page.getByText('As people read it').click();
  await page.getByRole('region', { name: 'As people read it' }).getByRole('heading').first().waitFor();
  await end();
});

test('a clause is made by a form, without writing a rule', async () => {
  const { page, field, end } = await drafting();
  await page.getByRole('button', { name: 'Add a clause' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add a clause' });
  await dialog.getByRole('combobox', { name: 'Section' }).fill('Acceptable use');
  await dialog.getByRole('textbox', { name: 'Letters before the number' }).fill('FORM');
  await dialog.getByRole('textbox', { name: 'Title' }).fill('Health data stays here');
  await dialog.getByRole('textbox', { name: 'What people read' }).fill('Health data is not entered into AI tools.');
  await dialog.getByRole('checkbox', { name: 'Health data' }).check();
  await dialog.getByRole('combobox', { name: 'Then' }).click();
  await page.getByRole('option', { name: /^Block/ }).click();
  await dialog.getByRole('button', { name: 'Add FORM-1' }).click();
  await dialog.waitFor({ state: 'hidden' });
  assert.match(
    await field.inputValue(),
    /### FORM-1 Health data stays here\n[^`]*```rule\n[^`]*data: phi\n[^`]*then: block/,
  );
  await save(page);
  await end();
});

test('the second of two editors sees the conflict and loses nothing', async () => {
  const { page, field, end } = await drafting();
  const other = await administrator(browser);
  await other.page.goto(page.url());
  const theirs = other.page.getByRole('textbox', { name: 'Policy source' });
  const source = await theirs.inputValue();
  await theirs.fill(`${source}\nWritten by the other one.\n`);
  await save(other.page);
  await field.fill(`${source}\nWritten here.\n`);
  await page.getByRole('button', { name: 'Save' }).click();
  const dialog = page.getByRole('dialog', { name: 'Somebody else changed this draft' });
  await dialog.getByText('- Written by the other one.').waitFor();
  await dialog.getByText('+ Written here.').waitFor();
  await dialog.getByRole('button', { name: 'Keep mine open' }).click();
  assert.match(await field.inputValue(), /Written here/);
  await page.getByRole('button', { name: 'Save' }).click();
  await dialog.getByRole('button', { name: 'Load theirs' }).last().click();
  await page.getByText('Written by the other one.').waitFor();
  assert.doesNotMatch(await field.inputValue(), /Written here/);
  await other.close();
  await end();
});

test('a draft is tried on recorded exchanges before it is published', async () => {
  const { page, address, field, end } = await drafting();
  // A content that no backtest was run for before.
  await field.fill(`${await field.inputValue()}\nWritten at ${Date.now()}.\n`);
  await save(page);
  await page.goto(`${address}backtest`);
  await page.getByText('Exactly this content was not tried yet').waitFor();
  await page.getByRole('button', { name: 'Run the backtest' }).click();
  const short = page.getByRole('region', { name: 'In short' });
  await short
    .getByText(/per person and week/)
    .first()
    .waitFor();
  await page.getByRole('region', { name: 'Verdicts that change' }).waitFor();
  await page.goto(`${address}review`);
  const gate = page.getByRole('region', { name: 'Before it can come into force' });
  await gate.getByText('Tried on recorded exchanges: In order').waitFor();
  await gate.getByText('Approved by every function that must: Missing').waitFor();
  await page.getByRole('region', { name: 'Approvals' }).getByText('legal').waitFor();
  await end();
});
