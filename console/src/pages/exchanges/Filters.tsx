import { Button, CloseButton, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useSearchParams } from 'react-router';

import type { Filter, FilterKey } from '~features/exchanges/filter';
import { policyQuery } from '~features/policy/queries';
import { toolsQuery } from '~features/tools/queries';
import { formatTime } from '~shared/format/times';
import { ACTION_WORDS, familyWords, labelWords, OUTCOME_WORDS, VISIBILITY_WORDS } from '~shared/format/words';

import css from './ExchangesPage.module.css';

interface Choice {
  value: string;
  label: string;
}

const choices = (words: Record<string, string>): Choice[] =>
  Object.entries(words).map(([value, label]) => ({ value, label }));

const FAMILIES = ['pii', 'phi', 'financial', 'source_code', 'ip', 'strategy', 'secret', 'marking', 'attack'];

/** Filters that are always at hand; the others come by links and show as chips. */
export function Filters({ filter }: { filter: Filter }) {
  const [, setParams] = useSearchParams();
  const set = (key: FilterKey, value: string | null) =>
    setParams(
      (params) => {
        if (value) {
          params.set(key, value);
        } else {
          params.delete(key);
        }
        return params;
      },
      { replace: true, preventScrollReset: true },
    );
  return (
    <search className={css.filters} aria-label="Filter exchanges">
      <Search value={filter.q ?? ''} onChange={(text) => set('q', text)} />
      <div className={css.selects}>
        <Pick
          name="Action"
          value={filter.action}
          choices={choices(ACTION_WORDS)}
          onPick={(value) => set('action', value)}
        />
        <ToolPick value={filter.tool} onPick={(value) => set('tool', value)} />
        <Pick
          name="Found"
          value={filter.label}
          choices={labelChoices(filter.label)}
          onPick={(value) => set('label', value)}
        />
        <ClausePick value={filter.clause} onPick={(value) => set('clause', value)} />
        <Pick
          name="Outcome"
          value={filter.outcome}
          choices={choices(OUTCOME_WORDS)}
          onPick={(value) => set('outcome', value)}
        />
      </div>
      <Chips filter={filter} onRemove={(key) => set(key, null)} onClear={() => setParams({}, { replace: true })} />
    </search>
  );
}

/** Families, and the exact label where a link named one. */
function labelChoices(chosen: string | undefined): Choice[] {
  const exact = chosen?.includes('.') ? [chosen] : [];
  return [...exact, ...FAMILIES].map((value) => ({
    value,
    label: value.includes('.') ? labelWords(value) : familyWords(value),
  }));
}

function Search({ value, onChange }: { value: string; onChange: (text: string) => void }) {
  const [text, setText] = useState(value);
  const search = useDebouncedCallback(onChange, 300);
  useEffect(() => setText(value), [value]);
  return (
    <TextInput
      type="search"
      data-search
      aria-label="Search exchanges"
      aria-keyshortcuts="/"
      placeholder="Search host, model, file, clause…"
      leftSection={<IconSearch size={17} stroke={1.8} aria-hidden />}
      rightSection={
        text ? (
          <CloseButton size="sm" aria-label="Clear the search" onClick={() => type('')} />
        ) : (
          <kbd className={css.key}>/</kbd>
        )
      }
      value={text}
      onChange={(event) => type(event.currentTarget.value)}
    />
  );

  function type(typed: string) {
    setText(typed);
    search(typed);
  }
}

interface PickProps {
  value: string | undefined;
  onPick: (value: string | null) => void;
}

function Pick({ name, value, choices, onPick }: PickProps & { name: string; choices: Choice[] }) {
  return (
    <Select
      aria-label={name}
      placeholder={name}
      data={choices}
      value={value ?? null}
      onChange={onPick}
      clearable
      clearButtonProps={{ 'aria-label': `Clear ${name.toLowerCase()}` }}
      searchable={choices.length > 9}
      nothingFoundMessage="None"
      comboboxProps={{ width: 'max-content', position: 'bottom-start' }}
    />
  );
}

function ToolPick(props: PickProps) {
  const { data = [] } = useQuery(toolsQuery);
  const used = data.filter((tool) => tool.exchanges > 0 || tool.id === props.value);
  return <Pick name="Tool" choices={used.map(({ id, name }) => ({ value: id, label: name }))} {...props} />;
}

function ClausePick(props: PickProps) {
  const { data } = useQuery(policyQuery);
  const ruled = data?.clauses.filter((clause) => clause.upheld_by === 'rule') ?? [];
  return (
    <Pick name="Clause" choices={ruled.map(({ id, title }) => ({ value: id, label: `${id} ${title}` }))} {...props} />
  );
}

const CHIPS: Partial<Record<FilterKey, (value: string) => string>> = {
  department: (value) => `Department: ${value}`,
  person: (value) => `Person: ${value}`,
  source: (value) => `Seen by: ${value}`,
  visibility: (value) => VISIBILITY_WORDS[value as keyof typeof VISIBILITY_WORDS] ?? value,
  from: (value) => `From ${formatTime(value)}`,
  to: (value) => `Until ${formatTime(value)}`,
};

interface ChipsProps {
  filter: Filter;
  onRemove: (key: FilterKey) => void;
  onClear: () => void;
}

function Chips({ filter, onRemove, onClear }: ChipsProps) {
  const keys = Object.keys(filter) as FilterKey[];
  if (keys.length === 0) {
    return null;
  }
  return (
    <ul className={css.chips} aria-label="Active filters">
      {keys.map((key) => {
        const words = CHIPS[key]?.(filter[key] ?? '');
        return (
          words && (
            <li key={key} className={css.chip}>
              {words}
              <CloseButton size="xs" aria-label={`Remove filter ${words}`} onClick={() => onRemove(key)} />
            </li>
          )
        );
      })}
      <li>
        <Button variant="subtle" size="compact-sm" onClick={onClear}>
          Clear all filters
        </Button>
      </li>
    </ul>
  );
}
