import { SegmentedControl, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useNavigate, useParams, useSearchParams } from 'react-router';

import { toolsQuery } from '~features/tools/queries';
import type { Tool } from '~shared/api/types';
import { STATE_WORDS } from '~shared/format/words';
import { Page } from '~shared/ui/Page';
import { Failed } from '~shared/ui/States';

import { NewInHouse } from './InHouse';
import { ToolDrawer } from './ToolDrawer';
import css from './ToolsPage.module.css';
import { ToolTable } from './ToolTable';

export function ToolsPage() {
  const { id } = useParams();
  const [params] = useSearchParams();
  const navigate = useNavigate();
  const { data, error, refetch } = useQuery(toolsQuery);
  const shown = useMemo(() => data && filter(data, params), [data, params]);
  return (
    <Page
      title="Tools"
      lead="The AI tools Bylaw knows, which of them are in use, and what was decided about them."
      actions={<NewInHouse />}
    >
      <Controls />
      {error && !data ? <Failed error={error} retry={() => void refetch()} /> : <ToolTable tools={shown} />}
      <ToolDrawer
        tools={data}
        id={id}
        onClose={() => void navigate(`/tools?${params}`, { preventScrollReset: true })}
      />
    </Page>
  );
}

/** In use first unless a state or everything is asked for; the busiest on top. */
function filter(tools: Tool[], params: URLSearchParams): Tool[] {
  const state = params.get('state') ?? 'used';
  const text = (params.get('q') ?? '').toLowerCase();
  return tools
    .filter((tool) => state === 'all' || (state === 'used' ? tool.exchanges > 0 : tool.state === state))
    .filter((tool) => [tool.name, tool.vendor, ...tool.hosts].some((part) => part.toLowerCase().includes(text)))
    .sort((a, b) => b.exchanges - a.exchanges || a.name.localeCompare(b.name));
}

const VIEWS = [
  { value: 'used', label: 'In use' },
  ...Object.entries(STATE_WORDS).map(([value, label]) => ({ value, label })),
  { value: 'all', label: 'All' },
];

function Controls() {
  const [params, setParams] = useSearchParams();
  const set = (key: string, value: string) =>
    setParams(
      (params) => {
        params.set(key, value);
        return params;
      },
      { replace: true, preventScrollReset: true },
    );
  return (
    <search className={css.controls} aria-label="Filter tools">
      <TextInput
        type="search"
        data-search
        aria-label="Search tools"
        placeholder="Search name, vendor, host…"
        leftSection={<IconSearch size={17} stroke={1.8} aria-hidden />}
        value={params.get('q') ?? ''}
        onChange={(event) => set('q', event.currentTarget.value)}
      />
      <div className={css.views}>
        <SegmentedControl
          aria-label="State"
          data={VIEWS}
          value={params.get('state') ?? 'used'}
          onChange={(state) => set('state', state)}
        />
      </div>
    </search>
  );
}
