import { Button, SegmentedControl } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'react-router';

import { aiUseQuery, dataFlowsQuery } from '~features/ai-use/queries';
import { Page } from '~shared/ui/Page';
import { Failed, Lines, Nothing } from '~shared/ui/States';

import css from './AiUsePage.module.css';
import { Flows } from './Flows';
import { FoundHosts } from './FoundHosts';
import { Summary } from './Summary';
import { UseTable } from './UseTable';

const SPANS = [
  { value: '1', label: 'Day' },
  { value: '7', label: 'Week' },
  { value: '30', label: '30 days' },
  { value: '365', label: 'Year' },
];

/** Which AI tools are in use, by whom, and what is known of it: from the gate, from packets and from logs. */
export function AiUsePage() {
  const [params, setParams] = useSearchParams();
  const asked = Number(params.get('days') ?? 30);
  const days = SPANS.some((span) => span.value === String(asked)) ? asked : 30;
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
      <SegmentedControl
        className={css.span}
        aria-label="How far back"
        data={SPANS}
        value={String(days)}
        onChange={(days) => setParams({ days }, { replace: true, preventScrollReset: true })}
      />
      <InUse days={days} />
      <FlowPanel days={days} />
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
  return data && data.flows.length > 0 ? <Flows flows={data.flows} rest={data.rest} /> : null;
}
