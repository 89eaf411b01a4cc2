import type { Policy, PolicyClause } from '~shared/api/types';

export interface Section {
  name: string;
  clauses: PolicyClause[];
}

/** The clauses under their sections, in the order of the document. */
export function sectionsOf({ clauses }: Policy): Section[] {
  const sections: Section[] = [];
  for (const clause of clauses) {
    const last = sections.at(-1);
    if (last?.name === clause.section) {
      last.clauses.push(clause);
    } else {
      sections.push({ name: clause.section, clauses: [clause] });
    }
  }
  return sections;
}
