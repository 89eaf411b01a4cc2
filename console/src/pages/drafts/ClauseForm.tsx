import { Autocomplete, Button, Checkbox, Select, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';

import type { Action, Severity } from '~shared/api/types';
import { ACTION_MEANS, ACTION_WORDS, ACTIONS, familyWords, SEVERITY_WORDS } from '~shared/format/words';

import { ACCOUNTS, type ClauseChoice, clauseMarkdown, insert, nextId, PEOPLE, sections, TOOLS } from './clause';
import css from './Drafts.module.css';

const FAMILIES = ['pii', 'phi', 'financial', 'source_code', 'ip', 'strategy', 'secret', 'marking', 'attack'];

const START: ClauseChoice = {
  section: '',
  title: '',
  prose: '',
  why: '',
  labels: [],
  tool: 'not_approved_for',
  person: 'everyone',
  account: 'any',
  action: 'coach',
  severity: 'medium',
};

const choices = <Key extends string>(words: Record<Key, { label: string }>) =>
  (Object.keys(words) as Key[]).map((value) => ({ value, label: words[value].label }));

interface Props {
  source: string;
  onInsert: (source: string) => void;
}

/** Data × tool × person → action, written as a clause with its rule. */
export function ClauseForm({ source, onInsert }: Props) {
  const [choice, setChoice] = useState(START);
  const [prefix, setPrefix] = useState('DATA');
  const set = (change: Partial<ClauseChoice>) => setChoice((before) => ({ ...before, ...change }));
  const id = nextId(source, prefix);
  const wanting = choice.action === 'redact' && choice.labels.length === 0;
  const markdown = clauseMarkdown(id, choice);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    onInsert(insert(source, choice.section.trim(), markdown));
  };
  return (
    <form className={css.form} onSubmit={submit}>
      <Autocomplete
        label="Section"
        description="An existing one, or a new one."
        required
        data={[...new Set(sections(source))]}
        value={choice.section}
        onChange={(section) => set({ section })}
      />
      <TextInput
        label="Letters before the number"
        required
        pattern="[A-Z][A-Z0-9]*"
        title="Capital letters and digits"
        value={prefix}
        onChange={(event) => setPrefix(event.currentTarget.value.toUpperCase().replaceAll(/[^A-Z0-9]/g, ''))}
      />
      <TextInput
        label="Title"
        required
        value={choice.title}
        onChange={(event) => set({ title: event.currentTarget.value })}
      />
      <Textarea
        label="What people read"
        required
        autosize
        minRows={2}
        value={choice.prose}
        onChange={(event) => set({ prose: event.currentTarget.value })}
      />
      <Textarea label="Why" autosize value={choice.why} onChange={(event) => set({ why: event.currentTarget.value })} />
      <Checkbox.Group
        label="If this is found"
        description="Nothing chosen: whatever the content."
        value={choice.labels}
        onChange={(labels) => set({ labels })}
        error={wanting && 'Choose what is replaced'}
      >
        <div className={css.row}>
          {FAMILIES.map((label) => (
            <Checkbox key={label} value={label} label={familyWords(label)} />
          ))}
        </div>
      </Checkbox.Group>
      <Pick label="At" data={choices(TOOLS)} value={choice.tool} onPick={(tool) => set({ tool })} />
      <Pick label="For" data={choices(PEOPLE)} value={choice.person} onPick={(person) => set({ person })} />
      <Pick
        label="Signed in with"
        data={choices(ACCOUNTS)}
        value={choice.account}
        onPick={(account) => set({ account })}
      />
      <Pick
        label="Then"
        data={ACTIONS.map((value) => ({ value, label: `${ACTION_WORDS[value]}: ${ACTION_MEANS[value]}` }))}
        value={choice.action}
        onPick={(action: Action) => set({ action })}
      />
      <Pick
        label="Harm if broken"
        data={(Object.keys(SEVERITY_WORDS) as Severity[]).map((value) => ({ value, label: SEVERITY_WORDS[value] }))}
        value={choice.severity}
        onPick={(severity) => set({ severity })}
      />
      <p className={css.name}>The clause as it is written</p>
      <pre className={css.source}>{markdown}</pre>
      <div className={css.buttons}>
        <Button type="submit" disabled={wanting || prefix === ''}>
          Add {id}
        </Button>
      </div>
    </form>
  );
}

interface PickProps<Value extends string> {
  label: string;
  data: { value: Value; label: string }[];
  value: Value;
  onPick: (value: Value) => void;
}

function Pick<Value extends string>({ label, data, value, onPick }: PickProps<Value>) {
  return (
    <Select
      label={label}
      data={data}
      value={value}
      allowDeselect={false}
      onChange={(next) => next && onPick(next as Value)}
    />
  );
}
