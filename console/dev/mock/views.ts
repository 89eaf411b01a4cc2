/** What the server makes of the traffic: counts, and one exchange in full. */
import type { ExchangeDetail, ExchangeSummary, Finding, Overview } from '../../src/shared/api/types.ts';
import { policy, why } from './policy.ts';
import { tools } from './tools.ts';
import { exchanges, FOUND } from './traffic.ts';

const intervened = (exchange: ExchangeSummary) => exchange.action !== 'allow';

function tally<T>(from: T[], key: (each: T) => string): [string, T[]][] {
  const groups = new Map<string, T[]>();
  for (const each of from) {
    const group = groups.get(key(each));
    if (group) {
      group.push(each);
    } else {
      groups.set(key(each), [each]);
    }
  }
  return [...groups].sort(([, a], [, b]) => b.length - a.length);
}

export function overview(from: number, to: number): Overview {
  const seconds =
    to - from <= 3_600_000 ? 120 : to - from <= 86_400_000 ? 3_600 : to - from <= 604_800_000 ? 21_600 : 86_400;
  const step = seconds * 1000;
  const start = Math.floor(from / step) * step;
  const within = exchanges.filter((each) => Date.parse(each.at) >= from && Date.parse(each.at) < to);
  const slots = Array.from({ length: Math.ceil((to - start) / step) }, (_, slot) => start + slot * step);
  const slotOf = (each: ExchangeSummary) => Math.floor((Date.parse(each.at) - start) / step);
  const series = (of: ExchangeSummary[]) => slots.map((_, slot) => of.filter((each) => slotOf(each) === slot).length);
  const byAction = slots.map((at) => ({
    at: new Date(at).toISOString(),
    allow: 0,
    coach: 0,
    justify: 0,
    redact: 0,
    block: 0,
  }));
  for (const each of within) {
    const bucket = byAction[slotOf(each)];
    if (bucket) {
      bucket[each.action] += 1;
    }
  }
  return {
    range: { from: new Date(from).toISOString(), to: new Date(to).toISOString(), bucket_seconds: seconds },
    totals: {
      exchanges: within.length,
      people: new Set(within.map((each) => each.person)).size,
      tools: new Set(within.map((each) => each.tool)).size,
      interventions: within.filter(intervened).length,
    },
    by_action: byAction,
    by_tool: tally(within, (each) => each.tool).map(([tool, of]) => ({
      tool,
      name: of[0]?.tool_name ?? tool,
      count: of.length,
      series: series(of),
    })),
    by_label: tally(
      within.flatMap((each) => each.labels.map((label) => ({ label, each }))),
      ({ label }) => label,
    ).map(([label, of]) => ({ label, count: of.length, series: series(of.map(({ each }) => each)) })),
    top_clauses: tally(
      within.filter((each) => each.clause),
      (each) => each.clause ?? '',
    ).map(([clause, of]) => ({
      clause,
      title: policy.clauses.find((each) => each.id === clause)?.title ?? clause,
      count: of.length,
      action: of[0]?.action ?? 'allow',
    })),
    departments: tally(within, (each) => each.department ?? '').map(([department, of]) => ({
      department,
      exchanges: of.length,
      interventions: of.filter(intervened).length,
      people: new Set(of.map((each) => each.person)).size,
    })),
    people: tally(within, (each) => each.person).map(([pseudonym, of]) => ({
      pseudonym,
      exchanges: of.length,
      interventions: of.filter(intervened).length,
    })),
  };
}

export function detail(exchange: ExchangeSummary, reveal: boolean): ExchangeDetail {
  const tool = tools.find((each) => each.id === exchange.tool);
  if (!tool) {
    throw new Error(`no tool ${exchange.tool}`);
  }
  const findings: Finding[] = exchange.labels.map((label, index) => ({
    label,
    placement: { part: 0, start: 34 + index * 40, end: 45 + index * 40 },
    confidence: 0.99 - index * 0.12,
    detector: label,
    excerpt:
      Object.values(FOUND)
        .flat()
        .find(([name]) => name === label)?.[1] ?? '•••••',
    digest: '9f2c4e1ab07d3365',
  }));
  const clauses = exchange.clauses.map((id) => {
    const clause = policy.clauses.find((each) => each.id === id);
    return {
      id,
      title: clause?.title ?? id,
      sentence: clause?.sentence ?? null,
      why: clause ? why(clause) : null,
      action: clause?.action ?? 'allow',
      severity: clause?.severity ?? 'medium',
      uninspected: false,
    } as const;
  });
  const sent = !['blocked', 'coached', 'held', 'rejected'].includes(exchange.outcome);
  return {
    exchange: {
      id: exchange.id,
      at: exchange.at,
      source: exchange.source,
      person: exchange.person,
      method: 'POST',
      host: tool.hosts[0] ?? '',
      path: '/v1/conversation',
      model: exchange.model ?? null,
      conversation: 'c-4417',
      files: exchange.activity === 'upload' ? ['pipeline-q3.txt'] : [],
      bytes_up: exchange.bytes_up,
      uninspected: exchange.uninspected ?? null,
    },
    captured: null,
    person: {
      pseudonym: exchange.person,
      id: reveal ? 'anna.kovacs' : null,
      name: reveal ? 'Anna Kovacs' : null,
    },
    facts: {
      activity: exchange.activity,
      person: {
        kind: 'employee',
        department: exchange.department ?? null,
        groups: ['staff'],
        risk: 'low',
        training: ['ai-basics'],
        attested: true,
      },
      tool: { id: tool.id, category: tool.category, state: tool.state, approved_for: tool.approved_for },
      account: exchange.account,
      labels: Object.fromEntries(exchange.labels.map((label) => [label, 1])),
      purpose: 'writing',
      sandbox: false,
      visibility: exchange.visibility,
      exempt: [],
    },
    findings,
    verdict: {
      action: exchange.action,
      duties: clauses.map(({ id, action, severity }) => ({
        clause: id,
        action,
        severity,
        labels: [],
        uninspected: false,
      })),
      otherwise: !exchange.clause,
      policy: policy.version,
      faults: [],
      held_back: null,
    },
    outcome: exchange.outcome,
    completion: sent
      ? {
          id: exchange.id,
          at: exchange.at,
          status: 200,
          bytes_down: 4_218,
          duration_ms: 1_840,
          restored: exchange.outcome === 'redacted' ? 2 : 0,
          error: null,
        }
      : null,
    clauses,
    tool_name: exchange.tool_name,
  };
}
