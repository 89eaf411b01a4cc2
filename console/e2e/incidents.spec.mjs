import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';

import { administrator, launch, overflow, PHONE, send, violations } from './browser.mjs';

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

/** An incident about a report that somebody makes: its id. */
async function incident(page) {
  await page.goto('/incidents');
  const text = `Something odd ${randomBytes(4).toString('hex')}`;
  const report = await send(page, 'POST', '/reports', { about: 'other', text });
  const { id } = await send(page, 'POST', '/incidents', { report: report.id });
  return id;
}

for (const colorScheme of ['light', 'dark']) {
  test(`the pages about incidents pass axe in ${colorScheme} colours`, async () => {
    const { page, close } = await administrator(browser, { colorScheme, reducedMotion: 'reduce' });
    const id = await incident(page);
    for (const [path, region] of [
      ['/incidents', 'Queue'],
      [`/incidents/${id}`, 'Next steps'],
      ['/incidents/rules', 'Rules'],
      ['/incidents/budget', 'Learning'],
      ['/entities/tool/openai-api', 'Hours of the week'],
    ]) {
      await page.goto(path);
      await page.getByRole('region', { name: region }).waitFor();
      await page.waitForTimeout(400);
      assert.deepEqual(await violations(page), [], path);
    }
    await close();
  });
}

test('an incident is taken, worked on and closed', async () => {
  const { page, close } = await administrator(browser);
  const id = await incident(page);
  await page.goto('/incidents');
  await page.getByRole('region', { name: 'Queue' }).getByRole('link').first().waitFor();
  await page.goto(`/incidents/${id}`);
  const panel = page.getByRole('region', { name: 'Incident', exact: true });
  await panel.getByRole('button', { name: 'Take it' }).click();
  await page.getByRole('region', { name: 'What happened' }).getByText('Triaged').waitFor();
  const steps = page.getByRole('region', { name: 'Next steps' });
  await steps.getByRole('textbox').fill('read it twice');
  await steps.getByRole('button', { name: 'Done' }).click();
  await steps.getByText(/read it twice/).waitFor();
  const comments = page.getByRole('region', { name: 'Comments' });
  await comments.getByLabel('Comment').fill('asked back');
  await comments.getByRole('button', { name: 'Add the comment' }).click();
  await comments.getByText('asked back').waitFor();
  const closing = page.getByRole('form', { name: 'Close' });
  await closing.getByRole('combobox', { name: 'It was' }).click();
  await page.getByRole('option', { name: 'Benign' }).click();
  await closing.getByLabel('Because').fill('a misunderstanding');
  await closing.getByRole('button', { name: 'Close it' }).click();
  await page.getByRole('region', { name: 'What happened' }).getByText('Closed', { exact: true }).waitFor();
  await page.getByText('Benign: a misunderstanding').waitFor();
  await page.getByRole('button', { name: 'Open it again' }).waitFor();
  await close();
});

test('whoever asks for fewer deviations is told what was asked', async () => {
  const { page, close } = await administrator(browser);
  await page.goto('/incidents/budget');
  const asked = page.getByRole('region', { name: 'Asked for' });
  await asked.getByLabel('Deviations a week').fill('4');
  await asked.getByRole('button', { name: 'Ask for as many' }).click();
  await asked.getByText(/^4 a week, by/).waitFor();
  await close();
});

test('the pages fit a phone', async () => {
  const { page, close } = await administrator(browser, { viewport: PHONE });
  const id = await incident(page);
  for (const path of [
    '/incidents',
    `/incidents/${id}`,
    '/incidents/rules',
    '/incidents/budget',
    '/entities/tool/openai-api',
  ]) {
    await page.goto(path);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.waitForTimeout(400);
    assert.equal(await overflow(page), 0, path);
  }
  await close();
});
