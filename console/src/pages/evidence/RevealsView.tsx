import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';

import { RevealPanel } from '~features/evidence/RevealPanel';
import { revealsQuery } from '~features/evidence/reveals';
import { Panel } from '~shared/ui/Page';
import { Failed, Lines, Nothing } from '~shared/ui/States';

import css from './Evidence.module.css';

/** What people asked to see of captured content: each waits for a second person. */
export function RevealsView() {
  const { data, error, refetch } = useQuery(revealsQuery);
  if (error && !data) {
    return <Failed error={error} retry={() => void refetch()} />;
  }
  if (!data) {
    return <Lines count={4} height={28} />;
  }
  if (data.length === 0) {
    return (
      <Nothing title="Nobody asked to see captured content">
        Content is captured only where the operator configured a public key. It is asked for on the exchange’s page.
      </Nothing>
    );
  }
  return (
    <div className={css.stack}>
      {data.map((reveal) => (
        <Panel key={reveal.id} title={`Exchange ${reveal.exchange.slice(0, 13)}`}>
          <p>
            <Link to={`/exchanges/${reveal.exchange}`}>Show the exchange</Link>
          </p>
          <RevealPanel reveal={reveal} />
        </Panel>
      ))}
    </div>
  );
}
