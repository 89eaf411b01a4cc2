import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';

import { incidentQuery } from '~features/incidents/queries';
import { CLOSINGS, INCIDENT_STATES, placeOf } from '~features/incidents/words';
import { ClauseLink } from '~features/policy/ClauseLink';
import { useMay } from '~features/session/session';
import type { Incident } from '~shared/api/types';
import { LabelChip, SeverityBadge } from '~shared/ui/Badges';
import { FactList, Page, Panel } from '~shared/ui/Page';
import { Failed, Lines } from '~shared/ui/States';
import { Time } from '~shared/ui/Time';
import { Word } from '~shared/ui/Word';

import { Actions } from './Actions';
import { Behind } from './Behind';
import { Comments } from './Comments';
import css from './Incidents.module.css';
import { Persons } from './Persons';
import { PlaybookList } from './PlaybookList';
import { Reasons } from './Reasons';
import { Responses } from './Responses';
import { Timeline } from './Timeline';
import { Together } from './Together';

/** One incident: what happened, why it was raised, what to do. */
export function IncidentPage() {
  const { id = '' } = useParams();
  const { data, error, refetch } = useQuery(incidentQuery(id));
  if (!data) {
    return (
      <Page title="Incident">
        {error ? <Failed error={error} retry={() => void refetch()} /> : <Lines count={9} />}
      </Page>
    );
  }
  return <Shown incident={data} />;
}

function Shown({ incident }: { incident: Incident }) {
  const handles = useMay()('handle_incidents');
  const [word, tone] = INCIDENT_STATES[incident.state];
  const place = placeOf(incident.about);
  return (
    <Page title={incident.title} actions={<Link to="/incidents">All incidents</Link>}>
      <div className={css.columns}>
        <div className={css.stack}>
          <Panel title="What happened" aside={<Word tone={tone}>{word}</Word>}>
            <div className={css.narrative}>
              {incident.narrative.map((sentence) => (
                <p key={sentence}>{sentence}</p>
              ))}
            </div>
            {incident.because && (
              <p className="muted">
                {incident.closing && CLOSINGS[incident.closing]}: {incident.because}
              </p>
            )}
            {incident.merged_into && (
              <p>
                Everything of it is in <Link to={`/incidents/${incident.merged_into}`}>another incident</Link>.
              </p>
            )}
          </Panel>
          {incident.chart && <Timeline chart={incident.chart} />}
          {incident.reasons.length > 0 && <Reasons incident={incident} />}
          <Behind incident={incident} />
          <Comments incident={incident} />
        </div>
        <div className={css.stack}>
          <Panel title="Incident" aside={<SeverityBadge severity={incident.severity} />}>
            <FactList
              facts={[
                ['About', place ? <Link to={place}>{incident.about.name}</Link> : incident.about.name],
                ['Since', incident.began && <Time at={incident.began} />],
                ['Latest', incident.latest && <Time at={incident.latest} />],
                ['Owner', incident.owner],
                [
                  'Clauses',
                  incident.clauses.length > 0 && incident.clauses.map(({ id }) => <ClauseLink key={id} id={id} />),
                ],
                [
                  'Data',
                  incident.labels.length > 0 && incident.labels.map((label) => <LabelChip key={label} label={label} />),
                ],
              ]}
            />
            {handles && <Actions key={incident.state} incident={incident} />}
          </Panel>
          <PlaybookList incident={incident} />
          <Persons incident={incident} />
          <Responses incident={incident} />
          <Together incident={incident} />
        </div>
      </div>
    </Page>
  );
}
