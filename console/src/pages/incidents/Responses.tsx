import { Button, NumberInput, Select, Textarea } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'react-router';

import { useRespond, useRevokeResponse } from '~features/incidents/queries';
import { useMay } from '~features/session/session';
import type { Incident, IncidentMeasure } from '~shared/api/types';
import { formatDay } from '~shared/format/times';
import { plain } from '~shared/format/words';
import { Complaint } from '~shared/ui/Complaint';
import { Panel } from '~shared/ui/Page';

import css from './Incidents.module.css';

type Response = Incident['responses'][number];

const CHOICES = [
  { value: 'coach', label: 'Coach: advice on their page' },
  { value: 'elevated', label: 'Count as elevated risk' },
  { value: 'high', label: 'Count as high risk' },
  { value: 'suspend', label: 'Suspend access, once approved' },
];

function measure(choice: string, days: number): IncidentMeasure {
  switch (choice) {
    case 'coach':
      return { coach: {} };
    case 'suspend':
      return { suspend: { days } };
    default:
      return { raise_risk: { level: choice as 'elevated' | 'high', days } };
  }
}

function words({ kind, case: held }: Response): string {
  if ('raise_risk' in kind) {
    return `Counts as ${kind.raise_risk.level} risk until ${formatDay(kind.raise_risk.until)}`;
  }
  const what = 'coach' in kind ? 'Coaching' : 'Suspension';
  return `${what}, ${held ? plain(held).toLowerCase() : 'not kept any more'}`;
}

/** What follows from an incident, through the policy, and how to take it back. */
export function Responses({ incident }: { incident: Incident }) {
  const may = useMay();
  const working = may('handle_incidents') && !['closed', 'merged'].includes(incident.state);
  if (incident.persons.length === 0) {
    return null;
  }
  return (
    <Panel title="What follows">
      {incident.responses.length === 0 && <p className="muted">Nothing so far.</p>}
      <ul className={css.comments}>
        {incident.responses.map((response) => (
          <Item key={response.id} incident={incident} response={response} />
        ))}
      </ul>
      {working && <Ask key={incident.revision} incident={incident} />}
    </Panel>
  );
}

function Item({ incident, response }: { incident: Incident; response: Response }) {
  const revoke = useRevokeResponse(incident);
  const may = useMay();
  const stands = response.state.state === 'asked';
  return (
    <li>
      <p>
        {response.person}: {words(response)}
        {!stands && ', taken back'}
      </p>
      <p className="muted">
        {response.by}: {response.because}{' '}
        {response.case === 'proposed' && <Link to="/people/cases">To be approved</Link>}
      </p>
      {stands && may('handle_incidents') && (
        <form
          className={css.row}
          onSubmit={(event) => {
            event.preventDefault();
            const because = String(new FormData(event.currentTarget).get('because'));
            revoke.mutate({ response: response.id, because });
          }}
        >
          <Textarea name="because" aria-label="Why it is taken back" placeholder="Why" rows={1} required />
          <Button type="submit" variant="default" size="compact-md" loading={revoke.isPending}>
            Take it back
          </Button>
        </form>
      )}
      <Complaint error={revoke.error} />
    </li>
  );
}

function Ask({ incident }: { incident: Incident }) {
  const respond = useRespond(incident);
  const [choice, setChoice] = useState<string | null>(null);
  const [person, setPerson] = useState<string | null>(incident.persons[0]?.pseudonym ?? null);
  const [days, setDays] = useState<number | string>(7);
  const [because, setBecause] = useState('');
  return (
    <form
      className={css.form}
      aria-label="Let something follow"
      onSubmit={(event) => {
        event.preventDefault();
        if (choice && person) {
          respond.mutate({ person, response: measure(choice, Number(days)), because });
        }
      }}
    >
      <Select label="Let follow" placeholder="Choose" data={CHOICES} value={choice} onChange={setChoice} />
      {incident.persons.length > 1 && (
        <Select
          label="For"
          data={incident.persons.map(({ pseudonym }) => pseudonym)}
          value={person}
          onChange={setPerson}
        />
      )}
      {choice && choice !== 'coach' && (
        <NumberInput label="For days" min={1} max={90} value={days} onChange={setDays} />
      )}
      <Textarea
        label="Why"
        autosize
        minRows={2}
        value={because}
        onChange={(event) => setBecause(event.currentTarget.value)}
      />
      <Complaint error={respond.error} />
      <div>
        <Button type="submit" variant="default" disabled={!choice || because.trim() === ''} loading={respond.isPending}>
          Let it follow
        </Button>
      </div>
    </form>
  );
}
