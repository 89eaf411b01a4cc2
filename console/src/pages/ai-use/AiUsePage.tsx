import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useSearchParams } from 'react-router';

import { aiUseQuery, dataFlowsQuery } from '~features/ai-use/queries';
import { useMay } from '~features/session/session';
import { Page } from '~shared/ui/Page';
import { Failed, Lines, Nothing } from '~shared/ui/States';

import { Concealments } from './Concealments';
import { Flows } from './Flows';
import { FoundHosts } from './FoundHosts';
import { daysOf, SpanControl } from './Span';
import { Summary } from './Summary';
import { UseTable } from './UseTable';

/** Which AI tools are in use, by whom, and what is known of it: from the gate, from packets and from logs. */
export function AiUsePage() {
  const [params] = useSearchParams();
  const days = daysOf(params);
  const actions = (
    <Button
      component="a"
      variant="default"
      href={`/api/v1/ai-use.csv?days=${days}`}
      leftSection={<IconDownload size={17} stroke={1.8} aria-hidden />}
    >
      Export CSV
    </Button>
  );
  return (
    <Page
      title="AI use"
      lead="Every AI tool that was seen in use: by the gate, in network traffic, or in other systems’ logs."
      actions={actions}
    >
      <SpanControl days={days} />
      <InUse days={days} />
      <FlowPanel days={days} />
      <Concealments days={days} />
      <FoundHosts />
    </Page>
  );
}

function InUse({ days }: { days: number }) {
  const { data, error, refetch } = useQuery(aiUseQuery(days));
  if (error && !data) {
    return <Failed error={error} retry={() => void refetch()} />;
  }
  if (!data) {
    return <Lines count={9} height={28} />;
  }
  if (data.tools.length === 0) {
    return (
      <Nothing title="No AI tool was seen in use">
        Send people through the gate, or give Bylaw the logs of your proxy, firewall or resolver.
      </Nothing>
    );
  }
  return (
    <>
      <Summary tools={data.tools} />
      <UseTable tools={data.tools} />
    </>
  );
}

function FlowPanel({ days }: { days: number }) {
  const { data } = useQuery(dataFlowsQuery(days));
  const may = useMay();
  return data && data.flows.length > 0 ? (
    <>
      <Flows flows={data.flows} rest={data.rest} />
      {may('read_exchanges') && (
        <p>
          <Link to={`/ai-use/movement?days=${days}`}>Who moved which data, and how much</Link>
        </p>
      )}
    </>
  ) : null;
}
