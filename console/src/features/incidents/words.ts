import type { IncidentSummary } from '~shared/api/types';

type Tone = 'good' | 'busy' | 'bad' | 'plain';

export const INCIDENT_STATES: Record<IncidentSummary['state'], [string, Tone]> = {
  open: ['Open', 'bad'],
  triaged: ['Triaged', 'busy'],
  investigating: ['Investigating', 'busy'],
  contained: ['Contained', 'busy'],
  closed: ['Closed', 'good'],
  merged: ['Merged', 'plain'],
};

export const CLOSINGS: Record<NonNullable<IncidentSummary['closing']>, string> = {
  confirmed: 'Confirmed',
  benign: 'Benign',
  policy_gap: 'A gap in the policy',
};

export const KINDS: Record<IncidentSummary['kind'], string> = {
  data_movement: 'Movement of data',
  new_tool: 'New tool',
  automation: 'Automation',
  account: 'Account',
  unusual: 'Unusual use',
  violations: 'Violations',
  canary: 'Canary',
  report: 'Report',
  learning: 'Learning',
};

/** Where what an incident is about has a page of its own. */
export function placeOf({ kind, name, id }: IncidentSummary['about']): string | undefined {
  switch (kind) {
    case 'person':
    case 'department':
      return `/entities/${kind}/${encodeURIComponent(name)}`;
    case 'tool':
      return `/entities/tool/${encodeURIComponent(id ?? name)}`;
    case 'clause':
      return `/policy#${id}`;
    case 'report':
      return `/reports/${id}`;
    default:
      return undefined;
  }
}
