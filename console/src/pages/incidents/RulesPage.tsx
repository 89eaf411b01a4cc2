import { Button, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';

import { suppressionsQuery, useRevokeSuppression } from '~features/incidents/queries';
import { placeOf } from '~features/incidents/words';
import { useMay } from '~features/session/session';
import type { Suppression } from '~shared/api/types';
import { counted } from '~shared/format/numbers';
import { formatDay } from '~shared/format/times';
import { plain } from '~shared/format/words';
import { Complaint } from '~shared/ui/Complaint';
import { Page, Panel } from '~shared/ui/Page';
import { Failed, Lines, Nothing } from '~shared/ui/States';
import { Word } from '~shared/ui/Word';

import css from './Incidents.module.css';
import { Views } from './Views';

const STATES = { standing: ['Stands', 'busy'], expired: ['Over', 'plain'], revoked: ['Taken back', 'plain'] } as const;

/** What people have said is benign: rules with an end, and what they have kept from opening an incident. */
export function RulesPage() {
  const { data, error, refetch } = useQuery(suppressionsQuery);
  return (
    <Page
      title="What is benign"
      lead="Deviations that a rule covers open no incident. They are counted, and every rule ends."
    >
      <Views current="rules" />
      <Panel title="Rules">
        {error && !data ? (
          <Failed error={error} retry={() => void refetch()} />
        ) : !data ? (
          <Lines count={4} />
        ) : data.length === 0 ? (
          <Nothing title="No rule yet">
            Say “This is benign” beside a reason of an incident, and why; the rule then stands here.
          </Nothing>
        ) : (
          <ul className={css.comments}>
            {data.map((rule) => (
              <Rule key={rule.id} rule={rule} />
            ))}
          </ul>
        )}
      </Panel>
    </Page>
  );
}

function Rule({ rule }: { rule: Suppression }) {
  const revoke = useRevokeSuppression(rule);
  const may = useMay();
  const [word, tone] = STATES[rule.state];
  const place = placeOf(rule.about);
  return (
    <li>
      <p className={css.row}>
        <strong>{place ? <Link to={place}>{rule.about.name}</Link> : rule.about.name}</strong>
        {plain(rule.family)}
        {rule.tool && ` at ${rule.tool}`}
        <Word tone={tone}>{word}</Word>
      </p>
      <p>{rule.because}</p>
      <p className="muted">
        {rule.by}, until {formatDay(rule.until)}. Kept {counted(rule.count, 'deviation')} from opening an incident.{' '}
        {rule.incident && <Link to={`/incidents/${rule.incident}`}>The incident it was said about</Link>}
      </p>
      {rule.state === 'standing' && may('handle_incidents') && (
        <form
          className={css.row}
          onSubmit={(event) => {
            event.preventDefault();
            revoke.mutate(String(new FormData(event.currentTarget).get('because')));
          }}
        >
          <TextInput name="because" aria-label={`Why the rule about ${rule.about.name} is taken back`} required />
          <Button type="submit" variant="default" loading={revoke.isPending}>
            Take it back
          </Button>
        </form>
      )}
      <Complaint error={revoke.error} />
    </li>
  );
}
