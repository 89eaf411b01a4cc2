/** What the figures say, in words. */
import { exchangesLink } from '~features/exchanges/filter';
import type { Overview, Tool } from '~shared/api/types';
import { counted, formatCount, formatShare } from '~shared/format/numbers';

/** One thing that somebody should look at. */
export interface Concern {
  key: string;
  says: string;
  to: string;
}

/** The state of things in one or two sentences; `when` as in "in the last hour". */
export function headline({ totals, top_clauses }: Overview, when: string): string {
  if (totals.exchanges === 0) {
    return `Nobody used an AI tool ${when}.`;
  }
  if (totals.interventions === 0) {
    return `All ${counted(totals.exchanges, 'exchange')} ${when} kept to the policy.`;
  }
  const share = `${formatCount(totals.interventions)} of ${counted(totals.exchanges, 'exchange')} ${when}`;
  const first = `The policy stepped in on ${share}.`;
  const [top] = top_clauses.filter((clause) => clause.action !== 'allow');
  return top ? `${first} Most often for ${top.clause}: ${lowerFirst(top.title)}.` : first;
}

/** What needs attention, the most pressing first. */
export function concerns(overview: Overview, tools: Tool[]): Concern[] {
  return [denied(tools), unreviewed(tools), ...departments(overview), people(overview)].filter(
    (concern) => concern !== undefined,
  );
}

function denied(tools: Tool[]): Concern | undefined {
  const used = tools.filter((tool) => tool.state === 'denied' && tool.exchanges > 0);
  if (used.length === 0) {
    return undefined;
  }
  const says = `${list(used.map((tool) => tool.name))} ${used.length === 1 ? 'is' : 'are'} denied, yet people still try.`;
  return { key: 'denied', says, to: '/tools?state=denied' };
}

function unreviewed(tools: Tool[]): Concern | undefined {
  const used = tools.filter((tool) => tool.state === 'unreviewed' && tool.exchanges > 0);
  if (used.length === 0) {
    return undefined;
  }
  const busiest = used.sort((a, b) => b.exchanges - a.exchanges).map((tool) => tool.name);
  const says =
    used.length === 1
      ? `${busiest[0]} is in use and was never reviewed.`
      : `${used.length} tools in use were never reviewed: ${list(busiest)}.`;
  return { key: 'unreviewed', says, to: '/tools?state=unreviewed' };
}

/** Departments where the policy steps in at least half as often again as elsewhere, on more than a handful of cases. */
function departments({ departments, totals }: Overview): Concern[] {
  const usual = totals.interventions / Math.max(1, totals.exchanges);
  return departments
    .filter((row) => row.interventions >= 5 && row.interventions / row.exchanges >= usual * 1.5)
    .sort((a, b) => b.interventions / b.exchanges - a.interventions / a.exchanges)
    .slice(0, 1)
    .map((row) => ({
      key: `department ${row.department}`,
      says: `In ${row.department}, the policy steps in on ${formatShare(row.interventions, row.exchanges)} of exchanges; it is ${formatShare(totals.interventions, totals.exchanges)} overall.`,
      to: exchangesLink({ department: row.department }),
    }));
}

function people({ people, totals }: Overview): Concern | undefined {
  const [most] = [...people].sort((a, b) => b.interventions - a.interventions);
  if (!most || most.interventions < 5 || most.interventions / totals.interventions < 0.15) {
    return undefined;
  }
  const share = formatShare(most.interventions, totals.interventions);
  const says = `One person, ${most.pseudonym}, accounts for ${share} of the interventions: a talk may help more than a rule.`;
  return { key: 'person', says, to: exchangesLink({ person: most.pseudonym }) };
}

function list(names: string[], most = 3): string {
  const shown = names.length > most ? [...names.slice(0, most - 1), `${names.length - most + 1} more`] : names;
  const last = shown.at(-1) ?? '';
  return shown.length < 2 ? last : `${shown.slice(0, -1).join(', ')} and ${last}`;
}

/** `Personal data stays out` as it stands inside a sentence; `PHI stays out` as it is. */
function lowerFirst(title: string): string {
  const [, second = ''] = title;
  return second === second.toLowerCase() ? title.charAt(0).toLowerCase() + title.slice(1) : title;
}
