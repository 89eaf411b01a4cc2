/** The filter of the exchange list: it lives in the address, so that a view can be shared and gone back to. */
import type { ExchangeQuery, ExchangeSummary } from '~shared/api/types';

/** What one may filter by, in the order shown. */
export const FILTER_KEYS = [
  'action',
  'outcome',
  'tool',
  'label',
  'clause',
  'department',
  'person',
  'source',
  'visibility',
  'q',
  'from',
  'to',
] as const satisfies (keyof ExchangeQuery)[];

export type FilterKey = (typeof FILTER_KEYS)[number];
export type Filter = Partial<Record<FilterKey, string>>;

export function readFilter(params: URLSearchParams): Filter {
  const filter: Filter = {};
  for (const key of FILTER_KEYS) {
    const value = params.get(key);
    if (value) {
      filter[key] = value;
    }
  }
  return filter;
}

export function exchangesLink(filter: Filter): string {
  return `/exchanges?${new URLSearchParams(filter)}`;
}

/** A label covers everything below it: `pii` covers `pii.us_ssn`, but not `pii_x`. */
const covers = (label: string, found: string) => found === label || found.startsWith(`${label}.`);

type Matches = (exchange: ExchangeSummary, wanted: string) => boolean;

const MATCHES: Record<FilterKey, Matches> = {
  action: (exchange, action) => exchange.action === action,
  outcome: (exchange, outcome) => exchange.outcome === outcome,
  tool: (exchange, tool) => exchange.tool === tool,
  label: (exchange, label) => exchange.labels.some((found) => covers(label, found)),
  clause: (exchange, clause) => exchange.clauses.includes(clause),
  department: (exchange, department) => exchange.department === department,
  person: (exchange, person) => exchange.person === person,
  source: (exchange, source) => exchange.source === source,
  visibility: (exchange, visibility) => exchange.visibility === visibility,
  // What the server searches is its own affair: while someone searches, only the server answers.
  q: () => false,
  from: (exchange, from) => Date.parse(exchange.at) >= Date.parse(from),
  to: (exchange, to) => Date.parse(exchange.at) < Date.parse(to),
};

/** Whether an exchange that has just arrived belongs in a list that is filtered so. */
export function matches(filter: Filter, exchange: ExchangeSummary): boolean {
  return FILTER_KEYS.every((key) => {
    const wanted = filter[key];
    return wanted === undefined || MATCHES[key](exchange, wanted);
  });
}
