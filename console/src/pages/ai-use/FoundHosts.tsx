import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import { foundHostsQuery } from '~features/ai-use/queries';
import { Panel } from '~shared/ui/Page';
import { Failed, Lines, Nothing } from '~shared/ui/States';

import css from './AiUsePage.module.css';
import { FoundHost } from './FoundHost';

const VIEWS = [
  { value: 'open', label: 'To review' },
  { value: 'judged', label: 'Reviewed' },
];

/** Hosts that look like AI tools and that the catalogue does not know: a queue to work through. */
export function FoundHosts() {
  const [view, setView] = useState('open');
  const { data, error, refetch } = useQuery(foundHostsQuery);
  const shown = data?.filter((found) => (found.state === 'open') === (view === 'open'));
  const aside = <SegmentedControl size="xs" aria-label="State" data={VIEWS} value={view} onChange={setView} />;
  return (
    <Panel title="Hosts that look like AI tools" aside={aside}>
      {error && !data ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : !shown ? (
        <Lines count={4} />
      ) : shown.length === 0 ? (
        <Nothing title={view === 'open' ? 'No unknown tool was found' : 'Nothing was reviewed yet'}>
          Bylaw looks at names, requests, certificates and the rhythm of answers in logs and network traffic.
        </Nothing>
      ) : (
        <ul className={css.found}>
          {shown.map((found) => (
            <li key={found.host}>
              <FoundHost found={found} />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
