// Reports to a learning record store by cmi5 (xAPI 1.0.3), as the launching system's parameters say.
'use strict';

const launch = new URLSearchParams(window.location.search);
const CATEGORY = 'https://w3id.org/xapi/cmi5/context/categories/';
const VERBS = 'http://adlnet.gov/expapi/verbs/';
let token;
let template = {};
let begun;
let ended = false;

const headers = () => ({
  Authorization: `Basic ${token}`,
  'Content-Type': 'application/json',
  'X-Experience-API-Version': '1.0.3',
});
const endpoint = () => launch.get('endpoint').replace(/\/?$/, '/');

const statement = (verb, result, categories) => {
  const context = structuredClone(template);
  context.registration = launch.get('registration');
  context.contextActivities ??= {};
  const given = context.contextActivities.category ?? [];
  context.contextActivities.category = [...given, ...categories.map((id) => ({ id: CATEGORY + id }))];
  return {
    id: crypto.randomUUID(),
    actor: JSON.parse(launch.get('actor')),
    verb: { id: VERBS + verb, display: { en: verb } },
    object: { objectType: 'Activity', id: launch.get('activityId') },
    context,
    ...(result && { result }),
    timestamp: new Date().toISOString(),
  };
};
const send = (verb, result, categories = ['cmi5'], more = {}) =>
  fetch(`${endpoint()}statements`, {
    method: 'POST',
    headers: headers(),
    body: JSON.stringify(statement(verb, result, categories)),
    ...more,
  });
const lasted = () => `PT${Math.max(0, Math.round((Date.now() - begun) / 1000))}S`;

window.REPORT = {
  async begin() {
    if (!launch.get('fetch')) return;
    const answer = await fetch(launch.get('fetch'), { method: 'POST' });
    token = (await answer.json())['auth-token'];
    const query = new URLSearchParams({
      activityId: launch.get('activityId'),
      agent: launch.get('actor'),
      registration: launch.get('registration'),
      stateId: 'LMS.LaunchData',
    });
    const data = await fetch(`${endpoint()}activities/state?${query}`, { headers: headers() });
    template = (await data.json()).contextTemplate ?? {};
    begun = Date.now();
    await send('initialized');
  },
  async result(share, passed) {
    if (!token) return;
    const result = { score: { scaled: share }, success: passed, duration: lasted() };
    await send(passed ? 'passed' : 'failed', result, ['cmi5', 'moveon']);
    if (passed) await send('completed', { completion: true, duration: lasted() }, ['cmi5', 'moveon']);
  },
  end() {
    if (!token || ended) return;
    ended = true;
    void send('terminated', { duration: lasted() }, ['cmi5'], { keepalive: true });
  },
};
